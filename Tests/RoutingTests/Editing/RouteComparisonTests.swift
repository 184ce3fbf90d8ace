import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Comparing two routes.json")
struct RouteComparisonTests {
    private let base = document(
        rules: """
            [{"name": "one", "when": {"severity": "high"}, "send": ["soc"]},
             {"name": "two", "when": {}, "send": ["mail"]},
             {"name": "three", "when": {}, "send": ["hook"]}]
            """
    )

    private func changes(_ edits: RouteEdit...) throws -> RouteComparison {
        var text = try RouteText(Array(base.utf8))
        let before = text.root
        try text.apply(edits)
        return RouteComparison(from: before, to: text.root)
    }

    @Test("layout and the order of members are no difference")
    func same() throws {
        let one = try JSONDocument.parse(#"{"rules": [{"name": "a", "n": 1.0}], "fallback": {"send": ["x"]}}"#)
        let other = try JSONDocument.parse(#"{ "fallback": {"send":["\u0078"]}, "rules": [ {"n": 1.0, "name":"a"} ]}"#)
        let comparison = RouteComparison(from: one, to: other)
        #expect(comparison.isEmpty)
        #expect(comparison.sameRules == 1)
    }

    @Test("each rule is changed, new, removed, moved or as it was")
    func rules() throws {
        let comparison = try changes(
            .set("/rules/0/when/severity", "low"),
            .set("/rules/0/stop", true),
            .remove("/rules/1"),
            .insert("/rules", ["name": "new", "when": .object([]), "send": ["soc"]], before: 0)
        )
        let rules = comparison.changes(of: .rules)
        #expect(rules.map(\.name) == ["new", "one", "two"])
        #expect(rules.map(\.kind) == [.added, .changed, .removed])
        #expect(rules[1].members.map(\.key) == ["when", "stop"])
        #expect(rules[1].members.first?.after == #"{"severity": "low"}"#)
        #expect(rules.map(\.placeAfter) == [1, 2, nil])
        #expect(rules.map(\.placeBefore) == [nil, 1, 2])
        #expect(comparison.sameRules == 1)
    }

    @Test("of rules that changed places, as few as possible are called moved")
    func moved() throws {
        let comparison = try changes(.move("/rules/2", before: 0))
        #expect(comparison.changes.map(\.name) == ["three"])
        #expect(comparison.changes.map(\.kind) == [.moved])
        #expect(comparison.sameRules == 2)
    }

    @Test("destinations, windows, account groups and members of the document are compared by name")
    func sections() throws {
        let comparison = try changes(
            .set("/destinations/soc/description", "x"),
            .set("/accounts/production", ["111122223333"]),
            .set("/fallback/send", ["mail"]),
            .set("/windows", ["nights": ["times": ["20:00-07:00"]]])
        )
        #expect(comparison.changes.map(\.section) == [.destinations, .windows, .accounts, .document])
        #expect(comparison.changes.map(\.name) == ["soc", "nights", "production", "fallback"])
        #expect(comparison.changes.map(\.kind) == [.changed, .added, .added, .changed])
    }
}
