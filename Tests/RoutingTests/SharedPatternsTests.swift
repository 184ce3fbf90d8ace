import Findings
import Foundation
import NoroshiTestSupport
import Routing
import Testing

/// Cases judged by EventBridge's own engine, which stand beside a checkout where they are to be had.
private enum SharedPatterns {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var pattern: String
        var event: String
        /// `nil` means that the pattern is invalid.
        var matches: Bool?

        var testDescription: String { name }
    }

    static let file: URL = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = ProcessInfo.processInfo.environment["NOROSHI_SHARED"].map { URL(filePath: $0) }
        return (folder ?? root.deletingLastPathComponent().appending(path: "shared"))
            .appending(path: "patterns/cases.jsonl")
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: file.path) }

    static func cases() throws -> [Case] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let json = try JSONDocument.parse(String(line))
            return Case(
                name: json["name"]?.string ?? "",
                pattern: json["pattern"]?.string ?? "",
                event: json["event"]?.string ?? "",
                matches: json["matches"]?.bool
            )
        }
    }

    /// What the engine says: `nil` for a pattern that it refuses.
    static func verdict(_ example: Case) throws -> Bool? {
        let pattern: EventPattern
        do {
            pattern = try EventPattern(try JSONDocument.parse(example.pattern))
        } catch is JSONSyntaxError {
            return nil
        } catch is EventPatternError {
            return nil
        }
        return pattern.matches(try JSONDocument.parse(example.event))
    }
}

@Suite(
    "shared patterns",
    .enabled(if: SharedPatterns.isThere, "the folder of judged cases is not beside this checkout")
)
struct SharedPatternsTests {
    @Test("shared patterns: every judged case has the verdict of EventBridge's own engine, each pattern alone")
    func eachAlone() throws {
        let cases = try SharedPatterns.cases()
        #expect(cases.count >= 1_000)
        for example in cases {
            let verdict = try SharedPatterns.verdict(example)
            #expect(
                verdict == example.matches,
                "\(example.name): pattern \(example.pattern), event \(example.event)"
            )
        }
    }

    @Test("shared patterns: no verdict changes when all patterns, or any of them, are in one table")
    func together() throws {
        let cases = try SharedPatterns.cases().filter { $0.matches != nil }
        let patterns = try cases.map { try EventPattern(try JSONDocument.parse($0.pattern)) }
        let events = try cases.map { try JSONDocument.parse($0.event) }
        var generator = SeededGenerator(seed: 11)
        for round in 0..<6 {
            // The first table holds them all in order; the others some of them in any order.
            var places = Array(cases.indices)
            if round > 0 {
                places.shuffle(using: &generator)
                places.removeLast(Int.random(in: 1..<places.count, using: &generator))
            }
            let table = PatternTable(places.map { patterns[$0] })
            for (entry, place) in places.enumerated() {
                let isMatched = table.matches(events[place]).contains(entry)
                #expect(isMatched == cases[place].matches, "\(cases[place].name), with \(places.count) in the table")
            }
        }
    }

    @Test("shared patterns: no verdict changes while patterns come and go in any order")
    func comingAndGoing() throws {
        let cases = try SharedPatterns.cases().filter { $0.matches != nil }
        let patterns = try cases.map { try EventPattern(try JSONDocument.parse($0.pattern)) }
        let events = try cases.map { try JSONDocument.parse($0.event) }
        var generator = SeededGenerator(seed: 12)
        var loaded: [Int] = []
        for _ in 0..<40 {
            if Bool.random(using: &generator) || loaded.count < 100 {
                let others = cases.indices.filter { loaded.contains($0) == false }.shuffled(using: &generator)
                for place in others.prefix(Int.random(in: 1...150, using: &generator)) {
                    loaded.insert(place, at: Int.random(in: 0...loaded.count, using: &generator))
                }
            } else {
                for _ in 0..<Int.random(in: 1..<loaded.count, using: &generator) {
                    loaded.remove(at: Int.random(in: 0..<loaded.count, using: &generator))
                }
            }
            let table = PatternTable(loaded.map { patterns[$0] })
            for place in loaded.shuffled(using: &generator).prefix(60) {
                let isMatched = table.matches(events[place]).contains(loaded.firstIndex(of: place) ?? -1)
                #expect(isMatched == cases[place].matches, "\(cases[place].name), with \(loaded.count) in the table")
            }
        }
    }

    @Test("shared patterns: rules that hold the patterns decide and explain with the same verdicts")
    func asRules() throws {
        let cases = try SharedPatterns.cases().filter { $0.matches != nil }
        let rules = cases.indices.map { place in
            let when = JSONValue.object([.init("pattern", .raw(cases[place].pattern))]).text
            return #"{"name": "r\#(place)", "when": \#(when), "send": ["soc"]}"#
        }
        let table = RoutingTable(try parse(document(rules: "[\(rules.joined(separator: ",\n"))]")), version: 1)
        let finding = try observation().finding
        for place in cases.indices {
            let observation = Observation(finding: finding, event: try JSONDocument.parse(cases[place].event))
            let decision = table.decide(observation)
            #expect(decision.matched.contains("r\(place)") == cases[place].matches, "\(cases[place].name)")
            // Every rule is explained each time, which takes its time.
            guard place.isMultiple(of: 60) else { continue }
            #expect(table.explain(observation).decision == decision)
        }
    }
}
