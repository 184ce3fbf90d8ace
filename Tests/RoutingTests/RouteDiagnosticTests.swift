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
        "a group's name without its @ is told with it, also when it is misspelt",
        arguments: [
            ("prod-eu", "@prod-eu"), ("!prod-eu", "@prod-eu"), ("PROD_EU", "@prod-eu"), ("prod-ue", "@prod-eu"),
            ("@prod_eu", "@prod-eu"), ("Prod EU", "@prod-eu"), ("1234", nil),
        ]
    )
    func groupNames(word: String, suggestion: String?) {
        let found = diagnostics(
            document(
                rules:
                    #"[{"name": "a", "when": {"account": ["\#(word)", "@prod-eu"]}, "send": ["soc", "mail", "hook"]}]"#,
                accounts: #"{"prod-eu": ["111122223333"]}"#
            )
        )
        #expect(found.map(\.suggestion) == [suggestion], "\(found)")
    }

    @Test(
        "what stands in place of a reference to a secret is never repeated",
        arguments: [
            #"{"SECRETSECRET": "env"}"#, #"{"SECRETSECRET": "A", "SECRETSECRET": "B"}"#,
            #"{"env": "A", "SECRETSECRET": 1}"#,
            #"{"https://hooks.slack.com/services/T0/B0/SECRETSECRET": {"env": "A"}}"#, #"[{"SECRETSECRET": "file"}]"#,
        ]
    )
    func misplacedSecrets(value: String) {
        for key in ["url", "token"] {
            let found = diagnostics(
                #"{"version": 1, "rules": [], "destinations": {"soc": {"type": "slack", "\#(key)": \#(value), "channel": "C1"}}}"#
            )
            #expect(found.contains { $0.severity == .error })
            for diagnostic in found {
                #expect("\(diagnostic)".contains("SECRETSECRET") == false)
                #expect(diagnostic.json.text.contains("SECRETSECRET") == false)
            }
        }
    }

    @Test("what looks like a secret is not repeated wherever it stands")
    func secretAnywhere() {
        let secret = "https://hooks.slack.com/services/T0/B0/SECRETSECRET"
        for text in [
            #"{"version": 1, "rules": [], "destinations": {"soc": {"type": "\#(secret)"}}}"#,
            #"{"version": 1, "rules": [], "destinations": {"soc": "\#(secret)"}}"#,
            #"{"version": 1, "rules": [], "destinations": {"soc": {"type": "slack", "\#(secret)": {"env": "A"}}}}"#,
            #"{"version": 1, "rules": [], "destinations": {"soc": {"type": "webhook", "url": {"env": "A"}, "headers": {"Bearer SECRETSECRET": {"env": "A"}}}}}"#,
            #"{"version": 1, "rules": [], "destinations": {"soc": {"type": "webhook", "Basic SECRETSECRET": "x", "url": {"env": "A"}}}}"#,
        ] {
            let found = diagnostics(text)
            #expect(found.isEmpty == false)
            for diagnostic in found { #expect(diagnostic.json.text.contains("SECRETSECRET") == false) }
        }
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
