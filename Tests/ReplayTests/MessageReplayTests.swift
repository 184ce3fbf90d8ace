import Findings
import FoundationEssentials
import Noise
import NoroshiTestSupport
import Replay
import Routing
import Simulation
import Store
import Testing
import Triage

@Suite("Messages of other rules on what was observed")
struct MessageReplayTests {
    /// The repository's own rules, those with a pattern left out: the events are not kept here.
    private static func rules() throws -> RoutingTable {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../routes.json")
        var document = try RouteDocument.parse(Array(try Data(contentsOf: file)), file: "routes.json").document
        document.rules.removeAll { $0.when.hasPattern || $0.terms.unless?.when.hasPattern == true }
        return RoutingTable(document, version: 1)
    }

    private static let single = """
        {"version":1,"destinations":{"alpha":{"type":"webhook","url":{"env":"HOOK"}}},
        "rules":[{"name":"all","when":{},"send":["alpha"]}]}
        """

    @Test("a replay sends what a service sent that lived through the same, and the same rules send the same")
    func live() async throws {
        let table = try MessageReplayTests.rules()
        let size = FeedSize(accounts: 4, days: 3, share: 0.1, burst: 200, seed: 7)
        let feed = try Feed(size)
        var run = NoiseRun(feed, in: StoreInMemory(), table: table)
        _ = try await run.run()
        let triage = run.store.triage
        var past = FakePast([])
        var first: [FindingKey: Date] = [:]
        past.observed = triage.everyObservation.enumerated().compactMap { index, row in
            guard let finding = triage.finding(about: row.subject) else { return nil }
            let firstSeenAt = first[row.key] ?? row.record.receivedAt
            first[row.key] = firstSeenAt
            return ObservedFinding(
                number: Int64(index + 1),
                finding: finding,
                receivedAt: row.record.receivedAt,
                destinations: [],
                firstSeenAt: firstSeenAt
            )
        }
        let begin = try #require(past.observed.first?.receivedAt)
        let end = try #require(past.observed.last?.receivedAt) + 43_200
        let result = try await ReplayRun(table, table, past, depth: .messages, since: begin - 60, until: end).result()
        let messages = try #require(result.messages)
        var sent: [String: Int] = [:]
        for message in triage.everyMessage where message.state != .folded {
            sent[message.message.destination, default: 0] += 1
        }
        let total = messages.destinations.reduce(0) { $0 + $1.messages.total.before }
        let wanted = sent.values.reduce(0, +)
        #expect(wanted > 20 && abs(Double(total - wanted)) <= Double(wanted) * 0.01, "\(total) of \(wanted)")
        for destination in messages.destinations {
            #expect(destination.messages.total.before == destination.messages.total.after)
        }
    }

    @Test("rules that group send fewer messages of the same")
    func grouped() async throws {
        let grouped = MessageReplayTests.single.replacing(
            #""send":["alpha"]"#,
            with: #""send":["alpha"],"group":{"by":["account"],"wait":"1h","interval":"4h"}"#
        )
        let findings = (0..<240).map { Finding.example(key: "\($0)") }
        let past = FakePast(findings, from: FakePast.end - 86_400)
        let result = try await ReplayRun(
            RoutingTable(text: MessageReplayTests.single),
            RoutingTable(text: grouped),
            past,
            depth: .messages
        ).result()
        let total = try #require(result.messages?.destinations.first).messages.total
        #expect(total.before == 240)
        #expect((1...30).contains(total.after), "\(total.after)")
        #expect(result.findings == [.terms: 240])
    }

    @Test("raises in a burst are told one by one, as a service does that applies each as it comes")
    func burst() async throws {
        let grouped = MessageReplayTests.single.replacing(
            #""send":["alpha"]"#,
            with: #""send":["alpha"],"group":{"by":["account"],"wait":"2s","interval":"2s"}"#
        )
        let begin = FakePast.end - 86_400
        var past = FakePast([])
        for (place, severity) in [Severity.low, .high].enumerated() {
            for index in 0..<20 {
                past.observed.append(
                    ObservedFinding(
                        number: Int64(past.observed.count + 1),
                        finding: .example(key: "\(index)", severity: severity),
                        receivedAt: begin + Double(place) * 60 + Double(index) * 0.05,
                        destinations: [],
                        firstSeenAt: begin + Double(index) * 0.05
                    )
                )
            }
        }
        let table = try RoutingTable(text: grouped)
        let result = try await ReplayRun(table, table, past, depth: .messages).result()
        let total = try #require(result.messages?.destinations.first).messages.total
        #expect(total.before > 10 && total.before == total.after, "\(total)")
    }

    @Test("what was open before is not told as new, and the day before is lived through and not counted")
    func warmUp() async throws {
        let table = try RoutingTable(text: MessageReplayTests.single)
        let since = FakePast.end - 86_400
        var past = FakePast((0..<40).map { Finding.example(key: "\($0)") }, from: since - 86_400, until: since)
        // Seen again, one an hour, by a store that had known half of them for long.
        for index in 0..<20 {
            past.observed.append(
                ObservedFinding(
                    number: Int64(past.observed.count + 1),
                    finding: .example(key: "\(index)"),
                    receivedAt: since + Double(index) * 3_600,
                    destinations: []
                )
            )
        }
        for index in 0..<10 {
            past.observed.append(
                ObservedFinding(
                    number: Int64(past.observed.count + 1),
                    finding: .example(key: "old\(index)"),
                    receivedAt: since + 80_000 + Double(index),
                    destinations: [],
                    firstSeenAt: since - 20 * 86_400
                )
            )
        }
        past.observed.append(
            ObservedFinding(
                number: Int64(past.observed.count + 1),
                finding: .example(key: "new"),
                receivedAt: since + 85_000,
                destinations: [],
                firstSeenAt: since + 85_000
            )
        )
        let result = try await ReplayRun(table, table, past, depth: .messages, since: since).result()
        #expect(result.observations == 31)
        let total = try #require(result.messages?.destinations.first).messages.total
        #expect(total.before == 1 && total.after == 1)
    }

    @Test("a silence holds messages back as it stood then")
    func silenced() async throws {
        let table = try RoutingTable(text: MessageReplayTests.single)
        let past = FakePast((0..<48).map { Finding.example(key: "\($0)") }, from: FakePast.end - 172_800)
        let draft = try SilenceDraft.example(
            when: "{}",
            startsAt: FakePast.end - 172_800,
            endsAt: FakePast.end - 86_400
        )
        let silence = Silence(draft, id: "s1", author: "test", at: FakePast.end - 172_800)
        let result = try await ReplayRun(table, table, past, depth: .messages, silences: [silence]).result()
        let hours = try #require(result.messages?.destinations.first).messages
        #expect(hours.total.before < 40 && hours.total.before >= 24)
    }

    @Test("beyond the limit the newest observations become messages, and that is said")
    func limits() async throws {
        let table = try RoutingTable(text: MessageReplayTests.single)
        let past = FakePast((0..<9_000).map { Finding.example(key: "\($0)") })
        var limits = ReplayLimits()
        limits.simulated = 3_000
        limits.warmUp = .seconds(3_600)
        let result = try await ReplayRun(table, table, past, depth: .messages, limits: limits).result()
        let messages = try #require(result.messages)
        #expect(messages.observations == 4_000)
        #expect(messages.since == past.observed[5_000].receivedAt)
        #expect(result.cuts.contains { $0.hasPrefix("messages since") })
        #expect(result.since == FakePast.begin)
    }
}
