import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Rules that are off")
struct RuleSwitchTests {
    private func table(_ rules: String, fallback: String = #"{"send": ["soc"]}"#) throws -> RoutingTable {
        RoutingTable(try parse(document(rules: rules, fallback: fallback)), version: 1)
    }

    @Test(
        "a rule that is off takes nothing, and neither ends nor suppresses",
        arguments: [
            #""send": ["soc"], "stop": true"#, #""suppress": "known""#,
        ]
    )
    func takesNothing(effect: String) throws {
        let table = try table(
            #"[{"name": "first", "enabled": false, "when": {}, \#(effect)}, {"name": "rest", "when": {}, "send": ["mail"]}]"#
        )
        let decision = table.decide(try observation())
        #expect(decision.matched == ["rest"])
        guard case .routed(let routed) = decision.verdict else {
            Issue.record("\(decision)")
            return
        }
        #expect(routed.map(\.destination) == ["mail"])
    }

    @Test("with every rule off, the fallback takes what comes")
    func fallback() throws {
        let table = try table(
            #"[{"name": "first", "enabled": false, "when": {}, "send": ["soc"]}]"#,
            fallback: #"{"send": ["hook"]}"#
        )
        #expect(table.decide(try observation()).matched == [])
        #expect(table.decide(try observation()).verdict != .unrouted)
    }

    @Test("the condition of a rule that is off holds nothing back")
    func inhibition() throws {
        let unless = #""unless": {"when": {}, "equal": ["account"]}"#
        func inhibits(_ enabled: Bool) throws -> Int {
            let table = try table(
                #"[{"name": "a", "enabled": \#(enabled), "when": {}, "send": ["soc"], \#(unless)}, {"name": "b", "when": {}, "send": ["soc"]}]"#
            )
            guard case .routed(let routed) = table.decide(try observation()).verdict else { return -1 }
            return routed.reduce(0) { $0 + ($1.inhibits?.count ?? 0) }
        }
        #expect(try inhibits(true) == 1)
        #expect(try inhibits(false) == 0)
    }

    @Test("an explanation says that the rule is off, and whether it would match")
    func explained() throws {
        let explanation = try table(
            #"[{"name": "first", "enabled": false, "when": {}, "send": ["soc"]}, {"name": "second", "enabled": false, "when": {"severity": "low"}, "send": ["soc"]}]"#
        ).explain(try observation())
        #expect(explanation.rules.map(\.outcome) == [.off, .off])
        #expect(explanation.rules.map(\.wouldMatch) == [true, false])
        #expect(explanation.text.contains("rule \"first\" is off; it would match"))
        #expect(explanation.text.contains("rule \"second\" is off\n"))
        #expect(explanation.whyNot("soc") == "Rule “first” would send there, and it is off.")
    }

    @Test("a rule that is off is not doubted for what it hides or never gets")
    func unlinted() throws {
        let text = document(
            rules:
                #"[{"name": "all", "enabled": false, "when": {}, "send": ["soc"], "stop": true}, {"name": "high", "when": {"severity": ">=high"}, "send": ["mail"]}, {"name": "never", "enabled": false, "when": {"severity": ">=high"}, "suppress": "old"}]"#,
            fallback: #"{"send": ["hook"]}"#
        )
        let lint = RouteLint(try parse(text), text: try JSONDocument.parse(text), file: "routes.json")
        #expect(lint.claims.map { $0.diagnostic.pointer }.filter { $0.hasPrefix("/rules/") } == [])
    }

    @Test("only true and false are meant", arguments: ["0", "\"no\"", "null"])
    func faulty(value: String) {
        #expect(throws: RouteDocumentError.self) {
            try parse(document(rules: #"[{"name": "a", "enabled": \#(value), "when": {}, "send": ["soc"]}]"#))
        }
    }
}
