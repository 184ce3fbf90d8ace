import Findings
import Routing
import Testing

@Suite("Diagnostics of routes.json")
struct RouteDiagnosticTests {
    @Test("all errors are told at once, in the order of the file")
    func allAtOnce() {
        let found = diagnostics(
            """
            {"version": 1,
             "destinations": {"soc": {"type": "slack", "url": "https://x", "rate": "fast"}},
             "rules": [
              {"name": "a", "when": {"severity": "hihg", "regin": "us-*"}, "send": ["sco"]},
              {"name": "a", "when": {}}],
             "fallback": {"send": []}}
            """
        )
        #expect(found.map(\.severity) == Array(repeating: .error, count: 8))
        #expect(found.map(\.position.line) == [2, 2, 4, 4, 4, 5, 5, 6])
        #expect(
            found.map(\.pointer) == [
                "/destinations/soc/url", "/destinations/soc/rate", "/rules/0/when/severity", "/rules/0/when/regin",
                "/rules/0/send/0", "/rules/1", "/rules/1/name", "/fallback/send",
            ]
        )
        #expect(found.compactMap(\.suggestion) == ["HIGH", "region", "soc"])
    }

    @Test("a diagnostic reads as editors expect it")
    func description() {
        let found = diagnostics(document(rules: #"[{"name": "a", "when": {}, "sned": ["soc"], "send": ["soc"]}]"#))
        #expect(
            found.map(\.description) == [
                #"routes.json:7:38: error: a rule has no key "sned"; did you mean "send"? (/rules/0/sned)"#
            ]
        )
        #expect(
            found.first?.json.text
                == #"{"severity":"error","file":"routes.json","line":7,"column":38,"pointer":"/rules/0/sned","#
                + #""message":"a rule has no key \"sned\"","suggestion":"send"}"#
        )
    }

    @Test("pointers escape what RFC 6901 escapes")
    func pointers() {
        let found = diagnostics(#"{"version": 1, "rules": [], "destinations": {"a/b~c": 5}}"#)
        #expect(found.map(\.pointer) == ["/destinations/a~1b~0c"])
    }

    @Test(
        "what works and is probably not meant is a warning",
        arguments: [
            (
                #"[{"name": "a", "when": {}, "send": ["soc", "mail"]}]"#,
                #"the destination "hook" is not used: no rule sends to it"#
            ),
            (
                #"[{"name": "a", "when": {"account": "1234"}, "send": ["soc", "mail", "hook"]}]"#,
                #"AWS account ids are 12 digits; "1234" matches none of them"#
            ),
            (
                #"[{"name": "a", "when": {"account": "!1111-2222-3333"}, "send": ["soc", "mail", "hook"]}]"#,
                #"AWS account ids are 12 digits; "1111-2222-3333" matches none of them"#
            ),
            (
                #"[{"name": "a", "when": {"region": "US-EAST-1"}, "send": ["soc", "mail", "hook"]}]"#,
                #"Regions are written in lower case; "US-EAST-1" matches none of them"#
            ),
            (
                #"[{"name": "a", "when": {"severity": ">critical"}, "send": ["soc", "mail", "hook"]}]"#,
                "no severity is >critical"
            ),
        ]
    )
    func warnings(rules: String, message: String) throws {
        let found = diagnostics(document(rules: rules))
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.message == message)
    }

    @Test("account groups nobody uses and mail settings nobody uses are warnings")
    func unused() {
        let found = diagnostics(
            """
            {"version": 1, "accounts": {"sandbox": ["9999*"], "used": ["1*"]},
             "destinations": {"soc": {"type": "slack", "url": {"env": "U"}}}, "email": {"host": "h"},
             "rules": [{"name": "a", "when": {"not": {"any": [{"account": "!@used"}]}}, "send": ["soc"]}]}
            """
        )
        #expect(found.map(\.severity) == [.warning, .warning])
        #expect(found.map(\.pointer) == ["/accounts/sandbox", "/email"])
    }

    @Test("a flood of errors is cut, and the cut is told")
    func flood() {
        let rules = (0..<700).map { #"{"name": "r\#($0)", "when": {}}"# }.joined(separator: ",\n")
        let found = diagnostics(document(rules: "[\(rules)]"))
        #expect(found.count == 501)
        #expect(found.last?.message == "and 200 more problems, not shown")
    }

    @Test("a file that is too large is refused unread")
    func tooLarge() {
        #expect(throws: RouteDocumentError.self) {
            try RouteDocument.parse([UInt8](repeating: UInt8(ascii: " "), count: 16 << 20 + 1), file: "routes.json")
        }
    }
}
