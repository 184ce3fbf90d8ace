import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

@testable import Operations

@Suite("What operators do")
struct ActionTests {
    private let roles = FakeRoles(Example.state)

    @Test("every action is logged once, with its author, and a dry run is not")
    func logged() async throws {
        let log = LoggedLines()
        let author = log.author
        let operations = try Example.operations(roles)
        roles.state.withLock { state in
            let date = Example.now
            state.setAside = [
                SetAsideEntry(position: 3, receivedAt: date, observations: 2, setAsideAt: date, reason: "malformed")
            ]
        }
        let reason = try #require(PauseReason("moving"))
        let draft = try SilenceDraft.example(endsAt: Example.now + 60)
        _ = try await operations.deliveries.retry(Example.id(2), by: author)
        _ = try await operations.deliveries.redrive(NotificationFilter(), dryRun: true, by: author)
        _ = try await operations.deliveries.redrive(NotificationFilter(), dryRun: false, by: author)
        _ = try await operations.destinations.pause("secops", because: reason, by: author)
        _ = try await operations.destinations.resume("secops", by: author)
        _ = try await operations.destinations.test("secops", by: author)
        _ = try await operations.silences.dryRun(draft, by: author)
        let silence = try await operations.silences.create(draft, by: author).silence
        _ = try await operations.silences.edit(silence.id, to: draft, by: author) { _ in true }
        _ = try await operations.silences.expire(silence.id, by: author) { _ in true }
        _ = try await operations.quarantine.retry(2, by: author)
        try await operations.quarantine.drop(3, by: author)
        try await operations.setAside.retry(3, by: author)
        _ = try await operations.setAside.retryAll(by: author)
        #expect(
            log.lines.map(\.message) == [
                "a delivery was made due at once", "dead deliveries were redriven", "a destination was paused",
                "a destination was resumed", "a test message was sent", "a silence was created", "a silence was edited",
                "a silence was ended",
                "a quarantined item was accepted", "a quarantined item was dropped",
                "what stands aside is tried again", "what stands aside is tried again",
            ]
        )
        #expect(log.lines.allSatisfy { $0.metadata["author"] == "api:ana" })
        _ = await operations.rules.reload(by: author)
        #expect(roles.state.withLock { $0.author } == "api:ana")
    }

    @Test("what was delivered cannot be sent again, and nothing is logged of the attempt")
    func notRetryable() async throws {
        let log = LoggedLines()
        let operations = try Example.operations(roles)
        await #expect(throws: DeliveryRefusal.notRetryable(.delivered)) {
            try await operations.deliveries.retry(Example.id(1), by: log.author)
        }
        #expect(log.lines.isEmpty)
    }

    @Test("a reason to pause is one line of text", arguments: ["", "a\nb", "a\u{7F}", "\u{0}"])
    func pauseReason(text: String) { #expect(PauseReason(text) == nil) }

    @Test("destinations are those of the rules, then those of which only messages are left")
    func destinations() async throws {
        let found = try await Example.operations(roles).destinations.list()
        #expect(found.map(\.name) == ["secops", "gone"])
        #expect(found.map(\.state) == ["waiting", "removed"])
        #expect(found.map { $0.destination?.name } == ["secops", nil])
        #expect(found.map { $0.backlog?.dead } == [1, 4])
    }

    @Test("of an item that is readable in part the rest is kept in its place")
    func partlyReadable() async throws {
        let body = "[\(Example.event), 17]"
        roles.state.withLock {
            $0.quarantine = [QuarantineRecord(id: 5, receivedAt: Example.now, reason: "r", bytes: Array(body.utf8))]
        }
        let replay = try await Example.operations(roles).quarantine.retry(5, by: .anybody)
        #expect(replay == QuarantineOperations.Replay(accepted: 2, quarantined: 1, position: 1))
        let request = roles.state.withLock { $0.accepted }.first
        #expect(request?.requestID == "quarantine:5")
        #expect(request?.quarantine.map(\.key) == ["quarantine:5#0"])
        #expect(roles.state.withLock { $0.quarantine.isEmpty })
    }

    @Test("an item that cannot be read or not be written stays")
    func staying() async throws {
        let operations = try Example.operations(roles)
        roles.state.withLock { $0.acceptError = .diskFull }
        await #expect(throws: QuarantineRefusal.notAccepted(.diskFull)) {
            try await operations.quarantine.retry(2, by: .anybody)
        }
        await #expect(throws: QuarantineRefusal.self) { try await operations.quarantine.retry(1, by: .anybody) }
        #expect(roles.state.withLock { $0.quarantine.map(\.id) } == [1, 2, 3])
    }
}
