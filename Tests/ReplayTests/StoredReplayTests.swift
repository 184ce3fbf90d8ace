import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing

@testable import Replay

@Suite("A replay as it rests")
struct StoredReplayTests {
    /// A result with samples in every list, and messages.
    private static func result() async throws -> ReplayResult {
        var random = RandomRules(generator: SeededGenerator(seed: 11))
        let findings = (0..<2_000).map { _ in random.finding() }
        let (before, after) = (try RoutingTable(text: random.text()), try RoutingTable(text: random.text()))
        return try await ReplayRun(before, after, FakePast(findings), depth: .messages).result()
    }

    @Test("a result comes back as it was")
    func same() async throws {
        let result = try await Self.result()
        let bytes = try #require(result.stored(atMost: .max))
        let read = try ReplayResult(stored: bytes)
        #expect(read.stored(atMost: .max) == bytes)
        #expect((read.since, read.until) == (result.since, result.until))
        #expect((read.cuts, read.readsJournal) == (result.cuts, result.readsJournal))
        #expect(read.findings == result.findings && read.observationClasses == result.observationClasses)
        #expect(read.destinations == result.destinations && read.rules == result.rules)
        #expect(read.changes == result.changes && result.changes.isEmpty == false)
        #expect(read.messages?.destinations == result.messages?.destinations)
        #expect(read.observations == result.observations)
        #expect(read.messages?.observations == result.messages?.observations)
        var lists = 0
        for kind in ReplayClass.allCases {
            for destination in [nil] + result.destinations.map(\.destination) {
                let one = result.samples.samples(of: kind, at: destination)
                let other = read.samples.samples(of: kind, at: destination)
                #expect(one.map(\.finding) == other.map(\.finding))
                #expect(one.map(\.before) == other.map(\.before) && one.map(\.after) == other.map(\.after))
                #expect(one.map(\.change) == other.map(\.change) && one.map(\.receivedAt) == other.map(\.receivedAt))
                if one.isEmpty == false { lists += 1 }
            }
        }
        #expect(lists > 6)
    }

    @Test("one that weighs too much goes without the samples of destinations, and says so")
    func bounded() async throws {
        let result = try await Self.result()
        let whole = try #require(result.stored(atMost: .max))
        let smaller = try ReplayResult(stored: try #require(result.stored(atMost: whole.count - 1)))
        #expect(smaller.cuts.count == result.cuts.count + 1)
        for kind in ReplayClass.allCases {
            let kept = smaller.samples.samples(of: kind).map(\.finding.key)
            #expect(kept == result.samples.samples(of: kind).map(\.finding.key))
            for destination in result.destinations.map(\.destination) {
                #expect(smaller.samples.samples(of: kind, at: destination).isEmpty)
            }
        }
        #expect(result.stored(atMost: 1_000) == nil)
    }

    @Test("what is damaged is refused or read as something else, and ends nothing")
    func damaged() async throws {
        let bytes = try #require(try await Self.result().stored(atMost: .max))
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: damaged.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: damaged[place] = UInt8(ascii: "9")
                case 1: damaged.removeSubrange(place..<min(place + 9, damaged.count))
                default: damaged.insert(contentsOf: Array("99999999999999999".utf8), at: place)
                }
            }
            do {
                let read = try ReplayResult(stored: damaged)
                _ = (read.findingCount, read.destinations.map(\.observations.days.count))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
        #expect(throws: StoredFormError.self) { try ReplayResult(stored: []) }
    }

    @Test("progress comes back as it was, and what another version wrote is none")
    func progress() {
        let progress = ReplayProgress(
            phase: .messages,
            done: 7,
            of: 9,
            since: .sample,
            findings: [.nobody: 2, .unchanged: 5]
        )
        #expect(ReplayProgress(stored: progress.storedForm.text) == progress)
        #expect(ReplayProgress(stored: #"{"phase":"dreams","done":1,"of":2}"#) == nil)
        #expect(ReplayProgress(stored: "") == nil)
    }
}
