import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Edits of a routes.json")
struct RouteTextTests {
    private static let text = """
        {
          "version": 1,
          "accounts": { "production": ["1", "2"] },
          "rules": [
            {"name": "a",   "when": {}},
            {
              "name": "b~/c",
              "when": {
                "severity": "high"
              },
              "send": [ "x",
                        "y" ]
            },
            {"name": "last", "when": {}}
          ],
          "empty": {}, "none": []
        }

        """

    private func edited(_ text: String = RouteTextTests.text, _ edits: RouteEdit...) throws -> String {
        var text = try RouteText(Array(text.utf8))
        try text.apply(edits)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test(
        "an edit changes what it names, and no other byte",
        arguments: [
            (RouteEdit.set("/version", 2), #""version": 1"#, #""version": 2"#),
            (.set("/rules/1/when/severity", ["high", "low"]), #""severity": "high""#, #""severity": ["high", "low"]"#),
            (
                .set("/rules/0/enabled", false), #"{"name": "a",   "when": {}}"#,
                #"{"name": "a",   "when": {},   "enabled": false}"#
            ),
            (.set("/rules/1/stop", true), "\"y\" ]\n", "\"y\" ],\n      \"stop\": true\n"),
            (.set("/accounts/production/-", "3"), #"["1", "2"]"#, #"["1", "2", "3"]"#),
            (.set("/empty/a", ["b": 1]), #""empty": {}"#, "\"empty\": {\n    \"a\": { \"b\": 1 }\n  }"),
            (.insert("/none", "x", before: nil), #""none": []"#, "\"none\": [\n    \"x\"\n  ]"),
            (.remove("/accounts/production/0"), #"["1", "2"]"#, #"["2"]"#),
            (.remove("/accounts/production/1"), #"["1", "2"]"#, #"["1"]"#),
            (.remove("/accounts/production"), #"{ "production": ["1", "2"] }"#, "{}"),
            (.remove("/rules/0"), "{\"name\": \"a\",   \"when\": {}},\n    ", ""),
            (.remove("/rules/2"), ",\n    {\"name\": \"last\", \"when\": {}}", ""),
            (.rename("/accounts/production", to: "prod"), #""production""#, #""prod""#),
        ]
    )
    func splice(edit: RouteEdit, before: String, after: String) throws {
        let expected = RouteTextTests.text.replacing(before, with: after, maxReplacements: 1)
        #expect(try edited(RouteTextTests.text, edit) == expected)
    }

    @Test("a rule is moved as it is written", arguments: [(0, nil), (2, 0), (1, 0), (0, 2)] as [(Int, Int?)])
    func move(from: Int, before: Int?) throws {
        let result = try edited(RouteTextTests.text, .move("/rules/\(from)", before: before))
        let rules = try JSONDocument.parse(RouteTextTests.text)["rules"]?.elements.map(\.text) ?? []
        var expected = rules
        expected.remove(at: from)
        expected.insert(rules[from], at: before.map { $0 > from ? $0 - 1 : $0 } ?? expected.count)
        #expect(try JSONDocument.parse(result)["rules"]?.elements.map(\.text) == expected)
        #expect(result.utf8.count == RouteTextTests.text.utf8.count)
    }

    @Test("a new rule stands in lines of its own, indented as its neighbours, and in one line where it fits")
    func insert() throws {
        let short: JSONValue = ["name": "new", "when": .object([]), "send": ["x"]]
        let one = try edited(RouteTextTests.text, .insert("/rules", short, before: 1))
        #expect(one.contains("{}},\n    { \"name\": \"new\", \"when\": {}, \"send\": [\"x\"] },\n    {\n"))
        let long: JSONValue = ["name": .string(String(repeating: "n", count: 90)), "when": ["severity": "high"]]
        let result = try edited(RouteTextTests.text, .insert("/rules", long, before: nil))
        #expect(result.contains("\"when\": {}},\n    {\n      \"name\": \"nnn"))
        #expect(result.contains("\",\n      \"when\": { \"severity\": \"high\" }\n    }\n  ],"))
    }

    @Test("tabs, carriage returns, a byte order mark and a text of one line are kept")
    func layouts() throws {
        let tabs = "{\r\n\t\"rules\": [\r\n\t\t{\"name\": \"a\"}\r\n\t]\r\n}\r\n"
        #expect(
            try edited(tabs, .insert("/rules", ["name": "b"], before: nil))
                == "{\r\n\t\"rules\": [\r\n\t\t{\"name\": \"a\"},\r\n\t\t{\"name\": \"b\"}\r\n\t]\r\n}\r\n"
        )
        #expect(
            try edited(#"{"rules":[{"name":"a"}]}"#, .set("/rules/0/stop", true))
                == #"{"rules":[{"name":"a", "stop": true}]}"#
        )
        let marked = try edited("\u{FEFF}{\"a\": 1}", .set("/a", 2))
        #expect(Array(marked.utf8) == Array("\u{FEFF}{\"a\": 2}".utf8))
    }

    @Test(
        "an edit of what is not there is refused, and the text stays",
        arguments: [
            RouteEdit.remove("/nothing"), .remove(""), .remove("rules"), .set("/a/b", 1), .set("/rules/9", 1),
            .set("/rules/01/name", 1), .insert("/rules", 1, before: 9), .insert("/version", 1, before: nil),
            .move("/version", before: nil), .move("/rules/3", before: nil), .move("/rules/0", before: 4),
            .rename("/rules/0", to: "x"), .rename("/version", to: "rules"),
        ]
    )
    func refused(edit: RouteEdit) throws {
        var text = try RouteText(Array(RouteTextTests.text.utf8))
        #expect(throws: RouteEditError.self) { try text.apply([.set("/version", 3), edit]) }
        #expect(text.bytes == Array(RouteTextTests.text.utf8))
    }

    @Test("names with slashes and tildes are found by their escapes")
    func escapes() {
        let pointer = JSONPointer("/a~1b/c~0d")
        #expect(pointer?.tokens == ["a/b", "c~d"])
        #expect(pointer?.text == "/a~1b/c~0d")
        #expect(JSONPointer("a") == nil)
    }

    @Test(
        "random edits mean what they would mean on values, and leave the lines of other rules alone",
        arguments: 1...20
    )
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var routes = RandomRoutes(seed: seed)
        let before = routes.document(rules: 12, endings: true)
        var text = try RouteText(Array(before.utf8))
        var model = try JSONDocument.parse(before)["rules"]?.elements.map(\.value) ?? []
        for step in 0..<30 {
            let at = Int.random(in: 0..<model.count, using: &random)
            let target = Bool.random(using: &random) ? nil : Optional(Int.random(in: 0...model.count, using: &random))
            let new: JSONValue = ["name": "new \(step)", "when": ["severity": "high"], "send": ["soc"]]
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where model.count > 2:
                try text.apply(.remove("/rules/\(at)"))
                model.remove(at: at)
            case 1:
                try text.apply(.insert("/rules", new, before: target))
                model.insert(new, at: target ?? model.count)
            case 2:
                try text.apply(.move("/rules/\(at)", before: target))
                let moved = model.remove(at: at)
                model.insert(moved, at: target.map { $0 > at ? $0 - 1 : $0 } ?? model.count)
            default:
                try text.apply(.set("/rules/\(at)", new))
                model[at] = new
            }
            let rules = try #require(JSONDocument.parse(text.bytes)["rules"]?.elements)
            #expect(rules.map(\.value) == model)
        }
        let written = Set(try JSONDocument.parse(before)["rules"]?.elements.map(\.text) ?? [])
        let left = text.root["rules"]?.elements.filter { $0["name"]?.string?.hasPrefix("rule") == true } ?? []
        let changed = left.count { written.contains($0.text) == false }
        #expect(changed == 0)
    }
}
