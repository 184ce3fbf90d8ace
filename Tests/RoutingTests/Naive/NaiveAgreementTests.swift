import Findings
import NoroshiTestSupport
import Routing
import Testing

/// The engine beside evaluators that are too plain to be wrong and share no code with it.
///
/// Together the two tests compare 300,000 pairs of a rule and an event.
@Suite("The engine and a naive evaluator")
struct NaiveAgreementTests {
    @Test("patterns alone and all in one table agree with a search over every choice of leaves", arguments: 1...10)
    func patterns(seed: UInt64) throws {
        var random = RandomEvents(seed: seed, keys: seed.isMultiple(of: 2) ? ["a", "b"] : ["a", "b", "c"])
        for _ in 0..<10 {
            let texts = (0..<100).map { _ in random.pattern() }
            let parsed = try texts.map { try JSONDocument.parse($0) }
            let patterns = try parsed.map { try EventPattern($0) }
            let naive = parsed.map { NaivePattern($0) }
            let table = PatternTable(patterns)
            for _ in 0..<10 {
                let text = random.event()
                let event = try JSONDocument.parse(text)
                let leaves = NaivePattern.leaves(of: event)
                let expected = naive.map { $0.matches(leaves) }
                let alone = patterns.map { $0.matches(event) }
                let together = Set(table.matches(event))
                for place in patterns.indices where expected[place] != alone[place] {
                    Issue.record("alone: \(texts[place]) on \(text)")
                }
                for place in patterns.indices where expected[place] != together.contains(place) {
                    Issue.record("in a table: \(texts[place]) on \(text)")
                }
            }
        }
    }

    @Test("decisions and explanations agree with the rules read one by one as they are written", arguments: 1...10)
    func rules(seed: UInt64) throws {
        var random = RandomRoutes(seed: seed)
        for round in 0..<10 {
            // Without an ending every rule is read, so that explain gives a verdict on each.
            let text = random.document(rules: 80, endings: round.isMultiple(of: 5))
            let table = RoutingTable(try parse(text), version: 1)
            let naive = NaiveRules(try JSONDocument.parse(text))
            for _ in 0..<25 {
                let observation = try random.observation()
                let holds = naive.holds(observation)
                let expected = naive.verdict(holds)
                let decision = table.decide(observation)
                let explanation = table.explain(observation)
                #expect(explanation.decision == decision)
                #expect(decision.matched == expected.matched)
                for (place, reading) in explanation.rules.enumerated() {
                    if case .notReached = reading.outcome { break }
                    if reading.outcome == .off { continue }
                    let isMatched = reading.outcome == .matched
                    if isMatched != holds[place] || isMatched != (reading.firstFailure == nil) {
                        Issue.record("\(reading)\n\(observation)")
                    }
                }
                switch decision.verdict {
                case .routed(let routed):
                    let named = routed.map { ($0.destination, $0.rule) }
                    #expect(Dictionary(named) { first, _ in first } == expected.routed)
                case .suppressed(let rule, _): #expect(rule == expected.suppressedBy)
                case .unrouted: #expect(expected.routed.isEmpty && expected.suppressedBy == nil)
                }
            }
        }
    }
}
