import Findings
import Foundation
import Routing
import SQLiteStore
import Store
import Triage

/// A data directory in which much has happened already.
enum StoredAlerts {
    /// How many alerts one transaction writes.
    private static let batch = 5_000

    /// Fills a new store with so many alerts at the destination `sink`, each of a finding of its own.
    ///
    /// - Parameters:
    ///   - directory: The data directory.
    ///   - count: Alerts that were told there.
    ///   - pending: Alerts after them whose message still waits.
    ///   - days: How long ago the first of them was observed; the others follow a thousandth of a second apart.
    /// - Throws: What the store throws.
    static func fill(_ directory: URL, count: Int, pending: Int = 0, days: Double = 30) async throws {
        let store = try SQLiteStore(directory: directory.path)
        let begin = Date().addingTimeInterval(-days * 86_400)
        var start = 0
        while start < count + pending {
            let isTold = start < count
            let numbers = start..<min(start + batch, isTold ? count : count + pending)
            defer { start = numbers.upperBound }
            let now = begin.addingTimeInterval(Double(start) / 1_000)
            let request = IntakeRequest(
                receivedAt: now,
                source: "bench",
                requestID: nil,
                body: Array("[]".utf8),
                observations: numbers.count
            )
            let position = try await store.accept(request)
            let entry = DecidedEntry(
                position: position,
                receivedAt: now,
                events: numbers.map { number in
                    DecidedEvent(
                        redeliveryKey: "eventbridge:stored-\(number)",
                        observations: [observation(number, now)]
                    )
                },
                observations: numbers.count
            )
            try await store.apply([entry], now: now)
            if isTold { try await deliver(store, now) }
        }
        try await store.close()
    }

    private static func deliver(_ store: SQLiteStore, _ now: Date) async throws {
        let claimed = try await store.claim(destinations: ["sink"], limit: batch, by: nil, now: now)
        try await store.settle(
            claimed.map { notification in
                Settlement(
                    attempt: Attempt(
                        notification: notification.id,
                        number: notification.attempts,
                        startedAt: now,
                        finishedAt: now,
                        verdict: .delivered,
                        status: 200
                    ),
                    next: .delivered
                )
            }
        )
    }

    /// A finding of that number, told at `sink`.
    static func observation(_ number: Int, _ now: Date) -> DecidedObservation {
        let account = String(111_122_220_000 + number % 500)
        let id =
            "arn:aws:securityhub:eu-west-1:\(account):security-control/S3.8/finding/00000000-0000-4000-9000-\(number)"
        let finding = Finding(
            key: FindingKey(id),
            source: "aws.securityhub",
            kind: .securityHub,
            id: id,
            title: "S3 general purpose buckets should block public access",
            description: String(repeating: "S3 buckets should block public access at the bucket level. ", count: 8),
            severity: [.low, .medium, .high, .critical][number % 4],
            account: account,
            region: "eu-west-1",
            statusText: "NEW/ACTIVE/FAILED",
            product: "Security Hub",
            types: ["Software and Configuration Checks/Industry and Regulatory Standards"],
            controls: ["S3.8"],
            standards: ["aws-foundational-security-best-practices/v/1.0.0"],
            resources: [Resource(id: "arn:aws:s3:::stored-\(number)", type: "AwsS3Bucket", region: "eu-west-1")],
            createdAt: now,
            updatedAt: now
        )
        let routed = Decision.Routed(destination: "sink", rule: "severe", terms: Rule.Terms())
        return DecidedObservation(
            finding: finding,
            decision: Decision(version: 1, matched: ["severe"], verdict: .routed([routed]))
        )
    }
}
