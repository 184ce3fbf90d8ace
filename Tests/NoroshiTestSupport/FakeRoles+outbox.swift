import Findings
package import FoundationEssentials
package import Routing
package import Store
import Synchronization
package import Triage

extension FakeRoles: Outbox {
    package func claim(destinations: [String], limit: Int, by claimant: Claimant?, now: Date) async throws
        -> [Notification]
    {
        []
    }
    package func claimCritical(
        destinations: [String],
        limit: Int,
        by claimant: Claimant?,
        now: Date
    ) async throws -> [Notification] { [] }
    package func settle(_ settlements: [Settlement]) async throws {}
    package func recover(now: Date) async throws -> Int { 0 }
    package func nextDue() async throws -> [String: Date] { [:] }
    package var queued: AsyncStream<Void> { AsyncStream { $0.finish() } }
    package func divert(from destination: String, to fallback: FallbackTarget, now: Date) async throws -> Int { 0 }
    package func laneRecords() async throws -> [LaneRecord] { [] }
    package func save(_ lanes: [LaneRecord]) async throws {}

    package func redrive(
        _ filter: NotificationFilter,
        dryRun: Bool,
        expected: ExpectedCount?,
        now: Date
    ) async throws -> Int {
        try read { state in
            state.redrive = (filter, dryRun)
            let found = state.notifications.count { $0.notification.state == .dead }
            if dryRun == false, expected?.holds(found) == false { throw NotExpected(found: found) }
            return found
        }
    }

    package func retry(_ id: String, now: Date) async throws -> Bool {
        try read { state in
            let index = state.notifications.firstIndex {
                $0.notification.id == id && [.pending, .dead].contains($0.notification.state)
            }
            guard let index else { return false }
            state.notifications[index].notification.state = .pending
            state.notifications[index].notification.dueAt = now
            return true
        }
    }

    package func makeDue(_ destinations: [String], now: Date) async throws {}

    package func pauses() async throws -> [DestinationPause] { [] }

    package func save(_ pause: DestinationPause) async throws {}

    package func endPause(of destination: String, now: Date) async throws {}

    package func expire(
        _ destination: String,
        retryingSince date: Date,
        reason: String,
        fallback: FallbackTarget?,
        now: Date
    ) async throws -> Int { 0 }

    package func backlog() async throws -> [DestinationBacklog] { try read { $0.backlog } }
}

extension FakeRoles: MessageTrial {
    package func rendered(_ notification: Notification, for destination: Destination, now: Date) -> RenderedMessage {
        switch destination.transport {
        case .slack: .slack(Array(#"{"text":"\#(notification.content.finding.title)"}"#.utf8))
        case .webhook: .webhook(Array(#"{"id":"\#(notification.id)"}"#.utf8))
        case .email(let settings):
            .mail(
                RenderedMessage.Mail(
                    from: settings.from,
                    to: notification.recipient ?? "",
                    subject: notification.content.finding.title,
                    text: notification.content.finding.description,
                    html: "<!DOCTYPE html><h1>\(notification.content.finding.title.count)</h1>",
                    size: 1
                )
            )
        }
    }

    /// Delivered, unless ``State/trialFailure`` says why not.
    package func attempt(_ notification: Notification, to destination: Destination, now: Date) async -> Attempt {
        let failure = state.withLock { state in
            state.tried.append(notification)
            state.trialTimeouts.append(destination.effectiveTimeout)
            return state.trialFailure
        }
        return Attempt(
            notification: notification.id,
            number: 1,
            startedAt: now,
            finishedAt: now + 1,
            verdict: failure == nil ? .delivered : .refused,
            status: failure == nil ? 200 : 404,
            detail: failure
        )
    }
}
