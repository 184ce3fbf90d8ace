import Findings
import FoundationEssentials
import Inbox
import NoroshiTestSupport
import Routing
import SlackReading
import Store
import Testing

@testable import Delivery
import Triage

@Suite("Text that is not ours arrives letter for letter")
struct LiteralTextTests {
    private static let words = [
        "policies", "with", "full", "\"*\"", "*", "**", "*bold*", "_my_policy_*", "_x_", "~y~", "~", ":secret:",
        ":100:", ":x:",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-*", "fe80::a:b:1", "00:1b:ab:b:02:a", ":)", "<3",
        "<!here>", "<@U012AB3CD>", "<https://evil.example|console>", "&amp;", "&lt;b&gt;", "a&b", "@channel",
        "@**all**",
        "[console](https://evil.example)", "![x](https://evil.example/x.png)", "||hidden||", "\\", "\\*", "$x$",
        "#general",
        "_default", "/_next/static_", "__init__", "s3:*", "arn:aws:s3:::logs/*", "*.example.com", "<ftp://x/_y_|*z*>",
        "_",
        "https://evil.example/?a=1&b=2", "www.evil.example", "Error:", "12:30", "snake_case_name", "日本語", "👩‍👩‍👧‍👦",
        "`code`", "``", "`", "`*a*", "x`_y_",
    ]
    private static let beginnings = ["", "> ", "- ", "# ", "1. ", "* ", "+ ", "--- ", "2) "]

    /// A text of one or more lines as the cleaning leaves it.
    private static func text(_ generator: inout SeededGenerator, lines: Int) -> String {
        let text = (0..<lines).map { _ in
            let line = (0...Int.random(in: 1...8, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }
            return (beginnings.randomElement(using: &generator) ?? "") + line.joined(separator: " ")
        }
        return ShownText.clean(text.joined(separator: "\n"))
    }

    @Test("in Slack, as the inbox renders it: description, title, resource, account, and how to fix it")
    func slack() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let text = Self.text(&generator, lines: 3)
            let line = Self.text(&generator, lines: 1)
            var notification = Notification.sample { finding in
                finding.title = line
                finding.description = text
                finding.resources = [Resource(id: line)]
                finding.accountName = line
                finding.remediation = Remediation(text: text, url: "https://example.com/?a=1&b=2")
                finding.url = "https://example.com/?c=3&d=4"
            }
            for transition in [Transition.opened, .raised] {
                notification.content.transition = transition
                let message = try read(Delivery.SlackMessage.render(notification, for: settings(.slack), now: .sample))
                let shown = message.shown
                #expect(shown.contains(text), "\(text)\n\(shown)")
                for part in [line, "Resource  \(line)", "(\(line))", "How to fix it\n\(text)"] {
                    #expect(shown.contains { $0.contains(part) }, "\(part)\n\(shown)")
                }
                #expect(shown.contains { $0.contains("Open the finding (https://example.com/?c=3&d=4)") }, "\(shown)")
            }
            let facts = MessageFacts(notification, now: .sample)
            let reply = BlockKitMessage.reply(facts, mention: "", SlackMarkup(dialect: .slack), id: "x").bytes
            #expect(try read(reply).shown.contains { $0.contains(line) })
        }
    }

    @Test("in Slack's list of several alerts")
    func bundle() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<50 {
            let line = Self.text(&generator, lines: 1)
            let notification = Notification.bundle(.digest, count: 3, text: line)
            let message = try read(Delivery.SlackMessage.render(notification, for: settings(.slack), now: .sample))
            #expect(message.shown.contains { $0.contains(line) }, "\(line)\n\(message.shown)")
        }
    }

    @Test("in what Slack reads as markup: notifications, the plain form and the minimal one", arguments: [false, true])
    func markup(isMinimal: Bool) throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<300 {
            let line = Self.text(&generator, lines: 1)
            var notification = Notification.sample { finding in
                finding.title = line
                finding.description = line
            }
            notification.isMinimal = isMinimal
            for dialect in [SlackSettings.Dialect.slack, .plain] {
                let message = try read(Delivery.SlackMessage.render(notification, for: settings(dialect), now: .sample))
                // A backtick at the edge of a block of code has a space that keeps it apart.
                let preview = try #require(message.preview).replacing("  ", with: " ")
                #expect(
                    preview.contains("[HIGH] \(line) (111122223333 (production), us-east-1)"),
                    "\(line)\n\(preview)"
                )
            }
        }
    }

    @Test(
        "a backtick stays one in Slack's markup, where three in a row would end any code",
        arguments: [
            ("Run `ls` now", "```Run `ls` now```"), ("`a`", "``` `a` ```"), ("a`b*", "```a`b*```"),
            ("`<b>` & *", "``` `&lt;b&gt;` &amp; *```"), ("a ``` b", "a ''' b"), ("a ``` `*`", "```a ''' `*` ```"),
            ("one\n`two`\n_x_", "one\n``` `two` ```\n`_x_`"),
        ]
    )
    func backticks(text: String, written: String) {
        for dialect in [SlackSettings.Dialect.slack, .plain] {
            #expect(SlackMarkup(dialect: dialect).quote(text) == written)
        }
    }

    @Test(
        "a backtick stays one in Rocket.Chat, behind a backslash",
        arguments: [("`a`", "\\``a`\\`"), ("``", "\\`\\`"), ("ls `a b` c", "ls \\``a b`\\` c")]
    )
    func escaped(text: String, written: String) {
        #expect(SlackMarkup(dialect: .rocketchat).quote(text) == written)
    }

    @Test(
        "in every dialect, and nothing of it is alive",
        arguments: [SlackSettings.Dialect.mattermost, .rocketchat, .zulip, .discord]
    )
    func dialects(dialect: SlackSettings.Dialect) throws {
        var generator = SeededGenerator(seed: 7)
        let alive = #/[*_~@\[\]|\\<>$#^]|:[a-z0-9]+:|https?:|www\.|&/#
        for _ in 0..<300 {
            let text = Self.text(&generator, lines: 2)
            let written = SlackMarkup(dialect: dialect).fit(text, 1_000_000)
            let reading = MarkdownReading(written, dialect)
            #expect(reading.letters == text, "\(written)")
            #expect(reading.bare.firstMatch(of: alive) == nil, "\(written)")
            for line in reading.bare.split(separator: "\n") {
                #expect(line.firstMatch(of: #/^\s*([-+=]+|[0-9]+[.)])(\s|$)/#) == nil, "\(written)")
            }
        }
    }

    @Test(
        "an ARN can be copied from any message",
        arguments: SlackSettings.Dialect.allCases,
        [
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf",
            "arn:aws:iam::111122223333:policy/_my_policy_*", "2001:db8::100:ab", "0a:1b:2c:3d:4e:5f", "[redacted]@host",
        ]
    )
    func copied(dialect: SlackSettings.Dialect, id: String) throws {
        let notification = Notification.sample { finding in
            finding.title = "Access to \(id) is open"
            finding.resources = [Resource(id: id)]
        }
        for isMinimal in [false, true] {
            var notification = notification
            notification.isMinimal = isMinimal
            let bytes = Delivery.SlackMessage.render(notification, for: settings(dialect), now: .sample)
            let strings = try JSONDocument.parse(bytes).strings
            // In Zulip code and text stand side by side, and are copied together.
            let shown = dialect == .zulip ? strings.map { MarkdownReading($0, dialect).letters } : strings
            #expect(shown.contains { $0.contains(id) }, "\(strings)")
        }
    }

    @Test("in Zulip beside its own labels, and so that a link leads where it did")
    func zulip() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            let line = Self.text(&generator, lines: 1)
            // What is longer is cut in the title.
            guard SlackMarkup(dialect: .zulip).quote(line).utf16.count < 240 else { continue }
            let notification = Notification.sample { finding in
                finding.title = line
                finding.description = line
                finding.resources = [Resource(id: line)]
                finding.url = "https://example.com/_a_/b_c?_d=_e_&f=_"
            }
            let bytes = Delivery.SlackMessage.render(notification, for: settings(.zulip), now: .sample)
            let attachment = try #require(try JSONDocument.parse(bytes)["attachments"]?.elements.first)
            let title = "## [\(attachment["title"]?.string ?? "")](\(attachment["title_link"]?.string ?? ""))"
            let fields = (attachment["fields"]?.elements ?? []).map {
                "*\($0["title"]?.string ?? "")*: \($0["value"]?.string ?? "")"
            }
            let whole = [title, attachment["text"]?.string ?? "", fields.joined(separator: "\n")]
                .joined(separator: "\n\n")
            let letters = MarkdownReading(whole, .zulip).letters
            let address = "https://example.com/%5Fa_/b_c?%5Fd=%5Fe_&f=%5F"
            #expect(letters.contains("HIGH: \(line)](\(address))"), "\(whole)")
            #expect(letters.contains("\n\n\(line)\n\nHow to fix it: "), "\(whole)")
            if line.utf16.count < 20 { #expect(letters.contains("**Resource**: \(line)\n"), "\(whole)") }
        }
    }

    @Test("prose stays prose", arguments: SlackSettings.Dialect.allCases)
    func prose(dialect: SlackSettings.Dialect) {
        let markup = SlackMarkup(dialect: dialect)
        for text in [
            "S3 buckets should block public access.", "Port 22 is open (0.0.0.0/0), see the console!", "It's 5% done",
        ] {
            #expect(markup.fit(text, 100) == text)
        }
    }

    @Test("what is written keeps its limit, wherever it is cut", arguments: SlackSettings.Dialect.allCases)
    func limits(dialect: SlackSettings.Dialect) {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<100 {
            let text = Self.text(&generator, lines: 4)
            let limit = Int.random(in: 1...400, using: &generator)
            #expect(SlackMarkup(dialect: dialect).fit(text, limit).utf16.count <= limit)
        }
    }

    private func settings(_ dialect: SlackSettings.Dialect) -> SlackSettings {
        SlackSettings(url: .environment("URL"), dialect: dialect)
    }

    private func read(_ bytes: [UInt8]) throws -> SlackReading.SlackMessage {
        try SlackReading.SlackMessage.read(bytes, isForm: false)
    }
}
