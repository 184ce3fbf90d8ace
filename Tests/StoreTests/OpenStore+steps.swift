import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

extension Date {
    /// The moment at which tests begin, and moments so many seconds later.
    static func t(_ seconds: Double) -> Date { Date(timeIntervalSinceReferenceDate: 800_000_000 + seconds) }
}

extension OpenStore {
    /// Accepts and applies one entry with these observations.
    @discardableResult
    func take(
        _ observations: [(finding: Finding, decision: Decision)],
        at now: Date = .t(0),
        redeliveryKey: String? = nil
    ) async throws -> AppliedBatch {
        let position = try await accept(observations.count, at: now)
        let entry = DecidedEntry(position: position, receivedAt: now, observations, redeliveryKey: redeliveryKey)
        return try await roles.apply([entry], now: now)
    }

    /// Accepts one entry.
    @discardableResult
    func accept(_ observations: Int = 1, at now: Date = .t(0), body: String = "{}") async throws -> Int64 {
        try await roles.accept(
            IntakeRequest(
                receivedAt: now,
                source: "token",
                requestID: nil,
                body: Array(body.utf8),
                observations: observations
            )
        )
    }

    /// Queues so many notifications of different findings, the first one first, and returns their ids.
    @discardableResult
    func queue(
        _ count: Int = 1,
        to decision: Decision = .routed(),
        severity: Severity = .high,
        prefix: String = "finding",
        at now: Date = .t(0)
    ) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            let finding = Finding.example(key: "\(prefix)-\(number)", severity: severity)
            try await take([(finding, decision)], at: now)
            let story = try #require(try await roles.finding(finding.key.rawValue))
            ids += try #require(story.observations.last).outcomes.flatMap(\.notifications)
        }
        return ids
    }

    func claim(
        _ destination: String = "chat",
        limit: Int = 10,
        by claimant: Claimant? = nil,
        at now: Date = .t(1)
    ) async throws -> [Notification] {
        try await roles.claim(destinations: [destination], limit: limit, by: claimant, now: now)
    }

    /// Every message, in the order of queueing.
    func everyNotification() async throws -> [Notification] {
        var all: [Notification] = []
        var cursor: String?
        repeat {
            let page = try await roles.notifications(
                NotificationFilter(),
                page: Page(limit: 500, cursor: cursor)
            )
            all += page.items
            cursor = page.next
        } while cursor != nil
        return all.reversed()
    }

    /// Fails unless the equation of the promise holds.
    func expectBalance(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let totals = try await roles.totals()
        #expect(totals.isBalanced, "\(totals)", sourceLocation: sourceLocation)
    }
}

extension Settlement {
    /// What an attempt of the notification came to, begun a second after `now`.
    init(
        _ notification: Notification,
        _ next: Next,
        verdict: Attempt.Verdict = .failed,
        errorClass: String? = nil,
        at now: Date = .t(2)
    ) {
        self.init(
            attempt: Attempt(
                notification: notification.id,
                number: notification.attempts,
                startedAt: now,
                finishedAt: now.addingTimeInterval(0.5),
                verdict: next == .delivered ? .delivered : verdict,
                errorClass: errorClass
            ),
            next: next
        )
    }
}
