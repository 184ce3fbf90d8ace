import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

@testable import Operations

@Suite("Messages that people look at, and try")
struct MessageTests {
    private let roles = FakeRoles(Example.state)

    @Test(
        "a preview is of the finding that was named, or of the last seen, in every form",
        arguments: MessageForm.allCases
    )
    func preview(form: MessageForm) async throws {
        let operations = try Example.operations(roles).destinations
        for finding in ["f1", nil] {
            let preview = try await operations.preview("secops", as: form, of: finding)
            #expect(preview.findings.map(\.id) == ["f1"])
            guard case .slack(let bytes) = preview.message else {
                Issue.record("another form")
                return
            }
            #expect(String(decoding: bytes, as: UTF8.self).contains(Example.finding.record.finding.title))
        }
        #expect(roles.state.withLock { $0.tried.isEmpty })
    }

    @Test("without a stored finding it is the message that a test sends")
    func nothingStored() async throws {
        roles.state.withLock { $0.findings = [] }
        let preview = try await Example.operations(roles).destinations.preview("secops", as: .digest, of: nil)
        guard case .slack(let bytes) = preview.message else {
            Issue.record("another form")
            return
        }
        #expect(preview.findings.isEmpty && String(decoding: bytes, as: UTF8.self).contains("nothing has happened"))
    }

    @Test("a group and a digest tell of each finding once, worst first, and count what they tell of")
    func bundles() throws {
        let records = [Severity.low, .critical, .medium].enumerated().map { index, severity in
            FindingRecord(
                id: "f\(index)",
                finding: .example(key: "k\(index)", severity: severity),
                firstSeenAt: Example.now - Double(index),
                lastSeenAt: Example.now,
                observations: 1,
                disposition: "routed"
            )
        }
        for form in [MessageForm.group, .digest] {
            let example = MessageExample(
                form: form,
                records: records,
                destination: Destination(name: "d", transport: .slack(SlackSettings(url: .environment("U")))),
                rule: "r",
                version: 3,
                now: Example.now
            )
            let bundle = try #require(example.notification(id: "a", recipient: nil)?.content.bundle)
            #expect(bundle.items.map(\.severity) == [.critical, .medium, .low] && bundle.total == 3)
            #expect(bundle.counts.severities.map(\.count) == [1, 1, 1])
            #expect(bundle.occasion == (form == .group ? .group : .digest))
        }
    }

    @Test("a test says what it is and who sent it, and is audited with what became of it", arguments: [nil, "gone"])
    func test(failure: String?) async throws {
        roles.state.withLock { $0.trialFailure = failure }
        let log = LoggedLines()
        let test = try await Example.operations(roles).destinations.test("secops", by: log.author)
        #expect(test.isDelivered == (failure == nil) && test.attempts.map(\.attempt.detail) == [failure])
        let sent = try #require(roles.state.withLock { $0.tried.first })
        #expect(sent.isTest && sent.content.findingID == nil && sent.content.finding.severity == .informational)
        #expect(sent.content.finding.title.hasPrefix("Test message"))
        #expect(sent.content.finding.description.contains("Sent by ana"))
        let entry = try #require(roles.state.withLock { $0.audit.first })
        #expect(entry.entry.action == "destination.test" && entry.entry.after == failure ?? "delivered")
        #expect(log.lines.map(\.message) == ["a test message was sent"])
    }

    @Test("the next test of a destination waits 10 s; one of another does not, nor after the clock was set back")
    func often() {
        let tests = TestTimes()
        #expect(tests.begin("a", now: Example.now) == nil)
        #expect(tests.begin("a", now: Example.now + 0.5) == 10)
        #expect(tests.begin("b", now: Example.now + 1) == nil)
        #expect(tests.begin("a", now: Example.now + 9.5) == 1)
        #expect(tests.begin("a", now: Example.now + 10) == nil)
        #expect(tests.begin("a", now: Example.now - 3_600) == nil)
    }

    @Test("nothing is sent to a destination that is paused, and none is known by another name")
    func refused() async throws {
        roles.state.withLock { state in
            state.lanes = [
                LaneStatus(destination: "secops", type: "slack", lane: "1", state: .paused, reason: "moving")
            ]
        }
        let operations = try Example.operations(roles).destinations
        await #expect(throws: DestinationRefusal.paused(reason: "moving")) {
            _ = try await operations.test("secops", by: .anybody)
        }
        await #expect(throws: DestinationRefusal.unknown(known: ["secops"])) {
            _ = try await operations.test("sceops", by: .anybody)
        }
        await #expect(throws: DestinationRefusal.unknown(known: ["secops"])) {
            _ = try await operations.preview("sceops", as: .one, of: nil)
        }
        #expect(roles.state.withLock { $0.tried.isEmpty })
    }

    @Test("every recipient of a mail destination gets a test of their own, and a test ends within 20 s")
    func mail() async throws {
        let rules = """
            {"version": 1, "email": {"host": "mail.example.com", "from": "noroshi@example.com"},
             "destinations": {"team": {"type": "email", "to": ["a@example.com", "b@example.com"]}}, "rules": []}
            """
        let operations = try Example.operations(roles, rules: rules).destinations
        let test = try await operations.test("team", by: .anybody)
        #expect(test.attempts.map(\.recipient) == ["a@example.com", "b@example.com"])
        #expect(Set(roles.state.withLock { $0.tried.map(\.id) }).count == 2)
        #expect(roles.state.withLock { $0.trialTimeouts }.allSatisfy { $0 == .seconds(20) })
    }
}
