import Findings
import Routing
import Testing

@Suite("Decisions")
struct DecisionTests {
    private func decide(_ rules: String, fallback: String = #"{"send": ["hook"], "notify": ["opened"]}"#) throws
        -> Decision
    {
        try RoutingTable(parse(document(rules: rules, fallback: fallback)), version: 7).decide(observation())
    }

    private func routed(_ decision: Decision) -> [[String]] {
        guard case .routed(let routed) = decision.verdict else { return [] }
        return routed.map { [$0.destination, $0.rule] }
    }

    @Test("every rule that matches contributes its destinations, each once, on the first rule's terms")
    func contributions() throws {
        let decision = try decide(
            """
            [{"name": "a", "when": {}, "send": ["soc"], "notify": ["opened"]},
             {"name": "b", "when": {"severity": "low"}, "send": ["hook"]},
             {"name": "c", "when": {"severity": "high"}, "send": ["mail", "soc"]}]
            """
        )
        #expect(decision.version == 7)
        #expect(decision.matched == ["a", "c"])
        #expect(
            decision.verdict
                == .routed([
                    .init(destination: "soc", rule: "a", terms: Rule.Terms(notify: [.opened]), backlogLimit: 60),
                    .init(destination: "mail", rule: "c", terms: Rule.Terms(), recipients: ["soc@example.com"]),
                ])
        )
    }

    @Test("a rule that stops leaves those after it unread")
    func stop() throws {
        let decision = try decide(
            """
            [{"name": "low", "when": {"severity": "low"}, "send": ["hook"], "stop": true},
             {"name": "a", "when": {}, "send": ["soc"], "stop": true},
             {"name": "b", "when": {}, "send": ["mail"]}]
            """
        )
        #expect(decision.matched == ["a"])
        #expect(routed(decision) == [["soc", "a"]])
    }

    @Test("a suppression ends the reading and is recorded with its reason")
    func suppression() throws {
        let decision = try decide(
            """
            [{"name": "quiet", "when": {"severity": "high"}, "suppress": "known since May"},
             {"name": "a", "when": {}, "send": ["soc"]}]
            """
        )
        #expect(decision.matched == ["quiet"])
        #expect(decision.verdict == .suppressed(rule: "quiet", reason: "known since May"))
    }

    @Test("what earlier rules named stands before a suppression")
    func suppressionAfterSend() throws {
        let decision = try decide(
            """
            [{"name": "a", "when": {}, "send": ["soc"]},
             {"name": "quiet", "when": {}, "suppress": "known"},
             {"name": "b", "when": {}, "send": ["mail"]}]
            """
        )
        #expect(decision.matched == ["a", "quiet"])
        #expect(routed(decision) == [["soc", "a"]])
    }

    @Test("the fallback gets what no rule matches, on its own terms")
    func fallback() throws {
        let decision = try decide(#"[{"name": "low", "when": {"severity": "low"}, "send": ["soc"]}]"#)
        #expect(decision.matched == [])
        #expect(
            decision.verdict
                == .routed([.init(destination: "hook", rule: "fallback", terms: Rule.Terms(notify: [.opened]))])
        )
    }

    @Test("without a fallback it is unrouted")
    func unrouted() throws {
        var document = try parse(document(rules: "[]"))
        document.fallback = nil
        #expect(try RoutingTable(document, version: 1).decide(observation()).verdict == .unrouted)
    }
}
