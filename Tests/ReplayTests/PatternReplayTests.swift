import Findings
import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Testing

@Suite("Replays of rules with event patterns")
struct PatternReplayTests {
    private static let rules = """
        {"version":1,"destinations":{"alpha":{"type":"webhook","url":{"env":"HOOK"}}},"rules":[
        {"name":"failed","when":{"pattern":{"detail":{"state":["failed"]}}},"send":["alpha"]}]}
        """

    private static func alarm(_ number: Int) -> String {
        """
        {"version":"0","id":"a\(number)","detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch",
        "account":"111122223333","time":"2026-11-24T02:59:00Z","region":"us-east-1",
        "resources":["arn:aws:cloudwatch:us-east-1:111122223333:alarm:a\(number)"],"detail":{"alarmName":"a\(number)",
        "state":{"value":"ALARM","reason":"crossed","timestamp":"2026-11-24T02:59:00.000+0000"},
        "previousState":{"value":"OK","timestamp":"2026-11-24T02:00:00.000+0000"}}}
        """
    }

    private static func past(
        _ count: Int,
        bodiesFrom first: Int = 1,
        body: (Int) -> String = { event(id: "e\($0)") }
    ) -> FakePast {
        var past = FakePast([])
        for number in 1...count {
            let receivedAt = FakePast.begin + Double(number - 1) * 3_600
            past.observed.append(
                ObservedFinding(
                    number: Int64(number),
                    finding: .example(key: "\(number)"),
                    receivedAt: receivedAt,
                    destinations: []
                )
            )
            let entry = JournalEntry(
                position: Int64(number),
                receivedAt: receivedAt,
                source: "token",
                requestID: nil,
                body: Array(body(number).utf8),
                observations: 1
            )
            past.entries.append(number < first ? nil : entry)
        }
        return past
    }

    @Test("events are read from the journal again, each once however often it was sent")
    func bodies() async throws {
        let before = try RoutingTable(text: PatternReplayTests.rules)
        let after = try RoutingTable(text: PatternReplayTests.rules.replacing("failed\"]", with: "passed\"]"))
        var past = PatternReplayTests.past(40)
        if let body = past.entries[3]?.body { past.entries[7]?.body = body }
        let result = try await ReplayRun(before, after, past).result()
        #expect(result.readsJournal && result.cuts.isEmpty)
        #expect(result.observations == 39)
        #expect(result.findings == [.nobody: 39])
        #expect(result.samples.samples(of: .nobody).allSatisfy { $0.position != nil })
    }

    @Test("where the journal is gone, it is said since when it is there")
    func partly() async throws {
        let before = try RoutingTable(text: PatternReplayTests.rules)
        let after = try RoutingTable(text: PatternReplayTests.rules.replacing("failed\"]", with: "passed\"]"))
        let result = try await ReplayRun(before, after, PatternReplayTests.past(40, bodiesFrom: 31)).result()
        #expect(result.observations == 10 && result.since == FakePast.begin + 30 * 3_600)
        #expect(result.cuts.count == 1)
        #expect(result.cuts.first?.contains("the journal of the time before is gone") == true)
        let none = try await ReplayRun(before, after, PatternReplayTests.past(40, bodiesFrom: 41)).result()
        #expect(none.observations == 0 && none.since == none.until)
        #expect(none.cuts.first?.contains("nothing was looked at") == true)
    }

    @Test("other severities of kinds that have none are seen in the journal as well")
    func severities() async throws {
        let text = """
            {"version":1,"destinations":{"alpha":{"type":"webhook","url":{"env":"HOOK"}}},
            "severities":{"cloudwatch.alarm":"LOW"},
            "rules":[{"name":"severe","when":{"severity":">=high"},"send":["alpha"]}]}
            """
        let after = try RoutingTable(text: text.replacing(#""LOW""#, with: #""HIGH""#))
        let past = PatternReplayTests.past(5, body: PatternReplayTests.alarm)
        let result = try await ReplayRun(RoutingTable(text: text), after, past).result()
        #expect(result.readsJournal)
        #expect(result.findings == [.told: 5])
        #expect(result.samples.samples(of: .told).first?.finding.severity == .high)
    }

    private static func old(_ number: Int) -> String {
        """
        {"version":"0","id":"o\(number)","detail-type":"Security Hub Findings - Imported","source":"aws.securityhub",
        "account":"111122223333","time":"2026-11-24T02:59:00Z","region":"us-east-1","resources":[],"detail":{"findings":[{
        "Id":"arn:aws:securityhub:us-east-1:111122223333:finding/\(number)","AwsAccountId":"111122223333",
        "Title":"Open for long","Severity":{"Label":"HIGH"},"FirstObservedAt":"2020-01-01T00:00:00Z"}]}}
        """
    }

    @Test("what is old at its source is told as new by a service that had observed nothing before, and not by another")
    func oldAtTheSource() async throws {
        let table = try RoutingTable(
            text: PatternReplayTests.rules.replacing(
                #"{"detail":{"state":["failed"]}}"#,
                with: #"{"source":["aws.securityhub"]}"#
            )
        )
        for observedBefore in [false, true] {
            var past = PatternReplayTests.past(12, body: PatternReplayTests.old)
            if observedBefore {
                past.observed.insert(
                    ObservedFinding(
                        number: 1,
                        finding: .example(),
                        receivedAt: FakePast.begin - 90 * 86_400,
                        destinations: []
                    ),
                    at: 0
                )
                for index in past.observed.indices { past.observed[index].number = Int64(index + 1) }
            }
            let result = try await ReplayRun(table, table, past, depth: .messages, since: FakePast.begin).result()
            let total = try #require(result.messages?.destinations.first).messages.total
            #expect(total.before == (observedBefore ? 0 : 12) && total.after == total.before)
        }
    }
}
