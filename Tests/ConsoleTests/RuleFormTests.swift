import Findings
import HTTPSurface
import NoroshiTestSupport
import Routing
import Testing

@testable import Console

@Suite("The form of a rule")
struct RuleFormTests {
    private func json(_ text: String) throws -> JSON { try JSONDocument.parse(Array(text.utf8)) }

    /// As a browser shows the form and sends it back.
    private func sent(_ form: RuleForm) -> FormFields {
        form.fields.pairs.reduce(into: FormFields()) { fields, pair in
            fields.append(pair.name, pair.value.replacing("\n", with: "\r\n"))
        }
    }

    private func written(_ form: RuleForm) throws -> JSON { try JSONDocument.parse(try form.json.get().bytes) }

    @Test("200 random rules go into the form, over the wire and back unchanged")
    func thereAndBack() throws {
        var random = RandomRuleText(seed: 20)
        for _ in 0..<200 {
            let text = random.rule()
            let rule = try json(text)
            let form = try #require(RuleForm(rule), "\(text)")
            #expect(form.isShownWhole, "\(text)")
            let back = RuleForm(sent(form))
            #expect(back == form, "\(text)")
            let result = try written(back)
            #expect(result.means(rule), "\(text)\n\(result.text)")
        }
    }

    @Test("200 random rules go through the form into a file of which every other byte stays", arguments: [false, true])
    func inFile(isChanged: Bool) throws {
        var random = RandomRuleText(seed: 40)
        let head = "{ \"version\" :1,\r\n\t\"x\":  [ 1,2 ],\n  \"rules\": [\n"
        let tail = "\n  ],   \"é e\u{301}\": {\"a\" : null }\n}\n\n"
        for _ in 0..<200 {
            let rules = (0..<3).map { _ in random.rule() }
            let before = head + rules[0] + " ,\n   "
            let after = ",\r\n" + rules[2] + tail
            var text = try RouteText(Array((before + rules[1] + after).utf8))
            let present = try #require(text.root["rules"]?.elements[1])
            // The form of the rule itself, or that of another.
            var form = try #require(RuleForm(isChanged ? json(rules[0]) : present))
            if isChanged { form.name = "another" }
            let value = try RuleForm(sent(form)).json.get()
            try text.apply(RuleEdits.edits(value, over: present, at: 1))
            if isChanged == false { #expect(text.bytes == Array((before + rules[1] + after).utf8)) }
            #expect(text.bytes.starts(with: before.utf8) && text.bytes.reversed().starts(with: after.utf8.reversed()))
            let result = try #require(text.root["rules"]?.elements[1])
            #expect(result.means(try JSONDocument.parse(value.bytes)), "\(rules[1])\n\(result.text)")
        }
    }

    @Test(
        "what the form cannot show is not made into one",
        arguments: [
            #"{"name": "r", "when": {}, "send": ["a"], "colour": 1}"#, #"{"name": 1, "when": {}, "send": ["a"]}"#,
            #"{"name": "r", "when": {"sevrity": "high"}, "send": ["a"]}"#, #"{"name": "r", "when": 1, "send": ["a"]}"#,
            #"{"name": "r", "when": {"account": []}, "send": ["a"]}"#, #"{"name": "r", "when": {}, "send": "a"}"#,
            #"{"name": "r", "when": {"any": {}}, "send": ["a"]}"#, "[]",
            #"{"name": "r", "when": {}, "send": ["a"], "suppress": "b"}"#,
        ]
    )
    func notShown(text: String) throws {
        #expect(RuleForm(try json(text)) == nil)
    }

    @Test(
        "what a page would change on the way is told apart",
        arguments: ["a\\u0000b", "a\\nb", "\\u202egnp.exe", "a\\tb"]
    )
    func notWhole(text: String) throws {
        let form = try #require(RuleForm(try json(#"{"name": "r", "when": {"title": "\#(text)"}, "send": ["a"]}"#)))
        #expect(form.isShownWhole == false)
    }

    @Test("fields without a value are not written")
    func empty() throws {
        let line = ConditionForm.FieldLine(field: "region", values: "eu-*")
        var form = RuleForm(name: "r", when: ConditionForm(lines: [.field(line)]), send: ["a"])
        for deed in [FormAct(.addPart, "g"), FormAct(.addPart, "m"), FormAct(.add(.field), "w")] { form.perform(deed) }
        let rule = try written(form)
        #expect(
            rule.text == #"{"name":"r","when":{"region":"eu-*"},"send":["a"],"group":{"by":[]},"mute":[{}]}"#
        )
    }

    @Test("a field that wants some values and excludes others is two lines, and one member again")
    func wantedAndExcluded() throws {
        let rule = try json(#"{"name": "r", "when": {"account": ["1111*", "!@prod"]}, "send": ["a"]}"#)
        let form = try #require(RuleForm(rule))
        #expect(form.when.lines.count == 2)
        #expect(try written(form).means(rule))
    }

    @Test("two lines that would mean something else in one member are refused, and so is what no member can say")
    func mistakes() {
        func mistakes(_ lines: [ConditionForm.FieldLine]) -> [FormMistake] {
            var found: [FormMistake] = []
            _ = ConditionForm(lines: lines.map { .field($0) }).json("w", &found)
            return found
        }
        let least = ConditionForm.FieldLine(field: "severity", comparison: .least, values: "low")
        let most = ConditionForm.FieldLine(field: "severity", comparison: .most, values: "high")
        #expect(mistakes([least, most]).map(\.field) == ["w.1.f"])
        #expect(mistakes([.init(field: "severity", comparison: .none, values: "low")]).map(\.field) == ["w.0.c"])
        #expect(mistakes([.init(field: "region", comparison: .least, values: "low")]).map(\.field) == ["w.0.c"])
        let tag = ConditionForm.FieldLine(field: "tag", values: "a")
        #expect(mistakes([tag, .init(field: "tag", values: "b")]).map(\.field) == ["w.1.f"])
        #expect(mistakes([tag, .init(field: "tag", comparison: .none, values: "b")]).isEmpty)
    }

    @Test("a condition of which nothing was filled in is refused wherever it stands, since everything would fit it")
    func forgotten() throws {
        for act in ["field w", "not w", "any w"] {
            var form = RuleForm(name: "r", send: ["a"])
            form.perform(try #require(FormAct(act)))
            guard case .failure(let mistakes) = form.json else {
                Issue.record("\(act) was taken")
                continue
            }
            #expect(mistakes.all.allSatisfy { $0.text.hasPrefix("Nothing is filled in") })
        }
    }

    @Test("a pattern that is not JSON is named with its place")
    func badPattern() {
        let form = RuleForm(name: "r", when: ConditionForm(lines: [.pattern("{\n \"a\": [1,]}")]), send: ["a"])
        guard case .failure(let mistakes) = form.json else {
            Issue.record("it was taken")
            return
        }
        #expect(mistakes.all.map(\.field) == ["w.0.v"])
        #expect(mistakes.all[0].text.hasPrefix("The pattern is not JSON: line 2, column"))
    }

    @Test("buttons add and take away lines at any depth")
    func acts() throws {
        var form = RuleForm(name: "r", send: ["a"])
        let acts = [
            "any w", "not w.0.b.1", "pattern w.0.b.1.1.n", "branch w.0", "remove w.0.b.0", "field w.0.b.1", "part u",
            "part u.w", "part d", "part m", "part m", "remove m.0",
        ]
        for act in acts { form.perform(try #require(FormAct(act))) }
        #expect(FormAct("drop w") == nil && FormAct("field") == nil)
        guard case .any(let branches) = form.when.lines[0] else {
            Issue.record("no branches")
            return
        }
        #expect(branches.count == 2 && branches[1].lines.count == 2)
        guard case .not(let inner) = branches[0].lines[1] else {
            Issue.record("nothing excluded")
            return
        }
        #expect(inner.lines.count == 2)
        #expect(form.terms.unless?.when?.lines.count == 1 && form.terms.digest != nil && form.terms.mutes.count == 1)
        for act in ["remove w.0", "remove u", "remove d"] { form.perform(try #require(FormAct(act))) }
        #expect(form.when.lines.isEmpty && form.terms.unless == nil && form.terms.digest == nil)
    }

    @Test("values with commas and quotes stand in one box")
    func lists() {
        for values in [["a"], ["a, b", "c"], ["\"", "\"\"x"], ["", " a "], ["ÜÄ*", "a\"b"], [","], []] {
            #expect(ListText.values(ListText.text(values)) == values)
        }
        #expect(ListText.values(" a,b ,, c\"d ,") == ["a", "b", "c\"d"])
    }
}
