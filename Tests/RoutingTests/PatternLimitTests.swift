import Findings
import NoroshiTestSupport
import Routing
import Testing

/// What somebody could write, or send, to make the service slow.
@Suite("Hostile patterns and events")
struct PatternLimitTests {
    private func pattern(_ text: String) throws -> EventPattern { try EventPattern(JSONDocument.parse(text)) }

    private func text(_ count: Int, _ element: (Int) -> String) -> String {
        (0..<count).map(element).joined(separator: ", ")
    }

    @Test(
        "a pattern beyond a bound is refused, and the bound is told",
        arguments: [
            (#"{"a": [{"wildcard": "\#(String(repeating: "*x", count: 65))"}]}"#, "at most 64 *, found 65"),
            (
                String(repeating: #"{"a":"#, count: 70) + "[1]" + String(repeating: "}", count: 70),
                "more than 64 objects inside one another"
            ),
            (
                "{\((0..<257).map { #""f\#($0)": [1]"# }.joined(separator: ","))}",
                "more than 256 fields in one alternative"
            ),
            (
                "{\((0..<10).map { #""n\#($0)": {"$or": [{"a": [1]}, {"b": [1]}, {"c": [1]}]}"# }.joined(separator: ","))}",
                "more than 1024 alternatives"
            ),
        ]
    )
    func bounds(text: String, reason: String) throws {
        let json = try JSONDocument.parse(text)
        do throws(EventPatternError) {
            _ = try EventPattern(json)
            Issue.record("it was compiled")
        } catch {
            #expect(error.description.contains(reason), "\(error)")
        }
    }

    @Test(
        "arrays of ten thousand elements are compared in linear time",
        .timeLimit(.minutes(15)),
        arguments: [
            #"{"l": {"a": ["x"], "b": ["y"], "c": [{"exists": false}]}}"#,
            #"{"l": {"a": [{"anything-but": "q"}], "b": ["never"]}}"#,
            #"{"l": {"m": {"a": ["x"]}, "b": [{"exists": false}]}}"#,
        ]
    )
    func largeArrays(pattern: String) throws {
        let flat = try JSONDocument.parse(#"{"l": [\#(text(10_000) { #"{"a": "x\#($0)", "b": \#($0)}"# })]}"#)
        let nested = try JSONDocument.parse(
            #"{"l": [\#(text(100) { _ in #"{"m": [\#(text(100) { #"{"a": \#($0)}"# })], "b": 1}"# })]}"#
        )
        let compiled = try self.pattern(pattern)
        let table = PatternTable([compiled])
        for event in [flat, nested] {
            let matches = compiled.matches(event)
            #expect(table.matches(event).isEmpty == (matches == false))
        }
    }

    @Test("repetitive texts make no wildcard slow", .timeLimit(.minutes(15)))
    func wildcards() throws {
        let a = String(repeating: "a", count: 4_000)
        let patterns = [
            #"{"t": [{"wildcard": "*\#(a)b*"}]}"#,
            #"{"t": [{"wildcard": "\#(String(repeating: "*a", count: 63))*b"}]}"#,
            #"{"t": [{"anything-but": {"wildcard": ["*\#(a)b*", "*b*"]}}]}"#,
        ]
        let event = try JSONDocument.parse(#"{"t": "\#(String(repeating: "a", count: 200_000))"}"#)
        #expect(try patterns.map { try pattern($0).matches(event) } == [false, false, true])
    }

    @Test("dotted keys, which can be read in several ways, are given up after a bound", .timeLimit(.minutes(15)))
    func dottedKeys() throws {
        let fields = text(12) { #""f\#($0)": [{"anything-but": "q"}]"# }
        let elements = text(40) { place in "{\(text(12) { #""f\#($0)": \#(place)"# })}" }
        let compiled = try pattern(#"{"l": {\#(fields), "g": ["never"]}}"#)
        let event = try JSONDocument.parse(#"{"x.y": 1, "l": [\#(elements)]}"#)
        #expect(compiled.matches(event) == false)
    }

    @Test("the deepest event that is read is compared", .timeLimit(.minutes(15)))
    func deep() throws {
        let event = try JSONDocument.parse(
            String(repeating: #"{"a": ["#, count: 60) + "1" + String(repeating: "]}", count: 60)
        )
        let path = Array(repeating: "a", count: 60).joined(separator: ".")
        #expect(try pattern(#"{"\#(path)": [1]}"#).matches(event))
        #expect(try pattern(#"{"\#(path).a": [1]}"#).matches(event) == false)
    }

    private static let seeds: [String] = [
        #"{"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 4, "<", 7.5]}]}}"#,
        #"{"a": [{"anything-but": {"wildcard": ["*x\\*", "y"]}}, {"exists": false}], "$or": [{"b.c": [null, true]}, {"d": [1e2]}]}"#,
        #"{"ip": [{"cidr": "10.0.0.0/8"}, {"cidr": "2001:db8::/32"}, {"prefix": {"equals-ignore-case": "É"}}]}"#,
        #"{"a": [{"b": 5, "c": [[], {}, [1, "2", null]]}], "b.c": "\u00e9\ud83d\ude00", "ip": "10.1.2.3", "\u0061": 1}"#,
    ]

    @Test("patterns and events with bytes changed get a verdict", .timeLimit(.minutes(15)), arguments: 1...4)
    func mutated(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var random = RandomEvents(seed: seed)
        var patterns = try Self.seeds.prefix(3).map { try pattern($0) }
        var compiled = 0
        for _ in 0..<3_000 {
            let origin = Bool.random(using: &generator) ? Self.seeds.randomElement(using: &generator) : random.pattern()
            var bytes = Array((origin ?? "{}").utf8)
            for _ in 0..<Int.random(in: 0...3, using: &generator) { mutate(&bytes, using: &generator) }
            let json: JSON
            do throws(JSONSyntaxError) {
                json = try JSONDocument.parse(bytes)
            } catch {
                #expect(error.offset <= bytes.count)
                continue
            }
            do throws(EventPatternError) {
                patterns[compiled % 3] = try EventPattern(json)
                compiled += 1
            } catch {
                #expect(error.offset <= bytes.count && error.reason.isEmpty == false)
            }
            // What is no pattern is an event still, and the other way round.
            let alone = patterns.indices.filter { patterns[$0].matches(json) }
            #expect(PatternTable(patterns).matches(json) == alone)
        }
        #expect(compiled > 100)
    }

    private func mutate(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard bytes.isEmpty == false else { return }
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(Array(#"{}[]",:.*\0e-"#.utf8).randomElement(using: &generator) ?? 0, at: at)
        case 3:
            let end = min(bytes.count, at + Int.random(in: 1...30, using: &generator))
            bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        default: bytes[at] = Array(#"{}[]",:a1"#.utf8).randomElement(using: &generator) ?? 0
        }
    }
}
