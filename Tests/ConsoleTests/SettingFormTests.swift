import Findings
import HTTPSurface
import NoroshiTestSupport
import Routing
import Testing

@testable import Console

@Suite("The forms of settings")
struct SettingFormTests {
    private func json(_ text: String) throws -> JSON { try JSONDocument.parse(Array(text.utf8)) }

    /// As a browser shows the form and sends it back.
    private func sent(_ form: any SettingForm) -> FormFields {
        form.fields.pairs.reduce(into: FormFields()) { fields, pair in
            fields.append(pair.name, pair.value.replacing("\n", with: "\r\n"))
        }
    }

    private func written(_ form: any SettingForm) throws -> JSON {
        var mistakes: [FormMistake] = []
        let value = form.value(&mistakes)
        #expect(mistakes.isEmpty)
        return try JSONDocument.parse(value.bytes)
    }

    private func read<Form: SettingForm>(_ text: String, as type: Form.Type) throws -> (form: Form, kept: [String]) {
        let reading = try #require(try type.reading(try json(text)))
        return (try #require(reading.form as? Form), reading.kept)
    }

    @Test("200 random settings go into the form, over the wire and back unchanged")
    func thereAndBack() throws {
        var random = RandomSettingText(seed: 21)
        for _ in 0..<200 {
            let (part, named, text) = random.setting()
            let value = try json(text)
            let type = try #require(SettingsPage.form(of: part, named: named))
            let reading = try #require(try type.reading(value))
            #expect(reading.kept.isEmpty, "\(reading.kept) of \(text)")
            let back = type.init(sent(reading.form))
            let result = try written(back)
            #expect(result.means(value), "\(text)\n\(result.text)")
        }
    }

    @Test("what a form has no field for is kept, and the rest is shown")
    func kept() throws {
        let text = #"""
            {"type": "slack", "url": {"env": "A"}, "description": "a\u0007b", "colour": 1, "rate": "1/s",
             "channel": "two\nlines", "mentions": {"HIGH": 1}, "concurrency": 2.5, "allowPrivate": []}
            """#
        let (form, kept) = try read(text, as: DestinationForm.self)
        #expect(kept == ["description", "colour", "channel", "mentions", "concurrency", "allowPrivate"])
        #expect(form.rate == "1/s" && form.slack.url.name == "A" && form.slack.mentions.isEmpty)
        #expect(
            try read(#"{"unless": {"equal": ["account"]}, "send": ["a"]}"#, as: FallbackForm.self).kept == ["unless"]
        )
        #expect(try read(#"["1", " 2", "3"]"#, as: AccountGroupForm.self).kept == ["accounts"])
    }

    @Test(
        "what is no object, or no list, is not made into a form",
        arguments: [("destinations", "[]"), ("windows", "1"), ("accounts", "{}"), ("email", "null")]
    )
    func notShown(part: String, text: String) throws {
        let type = try #require(SettingsPage.form(of: part, named: part != "email"))
        #expect(try type.reading(try json(text)) == nil)
    }

    @Test("fields without a value are not written")
    func empty() throws {
        #expect(try written(DestinationForm(FormFields())).text == #"{"type":""}"#)
        #expect(try written(WindowForm()).text == "{}")
        #expect(try written(EmailForm()).text == "{}")
        #expect(try written(AccountGroupForm()).text == "[]")
        #expect(try written(FallbackForm()).text == #"{"send":[]}"#)
    }

    @Test("another type shows its own fields, and what both have stays")
    func anotherType() throws {
        var (form, _) = try read(
            #"{"type": "slack", "url": {"env": "A"}, "mentions": {"HIGH": "<!here>"}, "rate": "1/s"}"#,
            as: DestinationForm.self
        )
        form.type = "webhook"
        let back = DestinationForm(sent(form))
        #expect(try written(back).text == #"{"type":"webhook","rate":"1/s"}"#)
        var fields = sent(form)
        form.slack.url.write("url", to: &fields)
        #expect(try written(DestinationForm(fields)).text == #"{"type":"webhook","url":{"env":"A"},"rate":"1/s"}"#)
    }

    @Test("buttons add and take away mentions, headers, mutes and a digest")
    func acts() throws {
        var form = DestinationForm()
        for act in ["part mentions", "part mentions", "part headers", "part m", "part d", "part type"] {
            form.perform(try #require(FormAct(act)))
        }
        #expect(form.slack.mentions.map(\.severity) == ["CRITICAL", "HIGH"])
        #expect(form.webhook.headers.count == 1 && form.terms.mutes.count == 1 && form.terms.digest != nil)
        for act in ["remove mentions.0", "remove headers.0", "remove m.0", "remove d", "remove mentions.7"] {
            form.perform(try #require(FormAct(act)))
        }
        #expect(form.slack.mentions.map(\.severity) == ["HIGH"] && form.webhook.headers.isEmpty)
        #expect(form.terms == TermsForm())
    }

    @Test(
        "what looks like the secret itself is refused where its name belongs",
        arguments: ["https://hooks.example.com/abc", "xoxb-0123456789abcdef0123", "Bearer 0123456789"]
    )
    func secrets(text: String) {
        var form = DestinationForm()
        form.slack.url.name = text
        var mistakes: [FormMistake] = []
        _ = form.value(&mistakes)
        #expect(mistakes.map(\.field) == ["url"] && mistakes.allSatisfy { $0.text.contains(text) == false })
        #expect(form.slack.url.html("url", "URL").text.contains(text) == false)
    }

    @Test("each key of each type of destination has its row", arguments: TransportType.all.map(\.word))
    func everyKey(word: String) throws {
        let type = try #require(TransportType.all.first { $0.word == word })
        var form = DestinationForm()
        form.type = word
        // A row whose member is kept says so: that tells which rows there are.
        let html = form.html(SettingRows(choices: .init(), kept: type.keys, json: "/json")).text
        #expect(html.matches(of: /that this form cannot show/).count == type.keys.count, "\(html)")
    }

    @Test("private addresses that are listed and not allowed are not forgotten silently")
    func privateHosts() {
        var mistakes: [FormMistake] = []
        var form = DestinationForm()
        form.privateHosts = "10.0.0.0/8"
        _ = form.value(&mistakes)
        #expect(mistakes.map(\.field) == ["allowPrivate"])
    }

    @Test("a header in the file that looks like a secret is kept, and not shown")
    func secretHeader() throws {
        let text = #"{"type": "webhook", "url": {"env": "A"}, "headers": {"X-T": "xoxb-0123456789abcdef0123"}}"#
        #expect(try read(text, as: DestinationForm.self).kept == ["headers"])
    }
}
