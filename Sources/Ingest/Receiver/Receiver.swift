import Findings
package import Pipeline
package import Routing
package import Store

/// The door for everything that sources send, whatever brings it: takes bytes from a source and answers with a receipt.
///
/// What can be read goes to the journal, what cannot to the quarantine, in one commit; the receipt is given after it. Whoever
/// calls, the HTTP server or what fetches from a queue, only says what it was sent and passes the receipt on in its own form.
package final class Receiver: Sendable {
    let intake: any Intake
    private let routes: ActiveRoutes
    private let handOver: HandOver
    private let seen: SeenEvents
    let metrics: IngestMetrics

    /// - Parameters:
    ///   - intake: Where requests are written.
    ///   - routes: The rules in force, for the severities of what states none.
    ///   - handOver: Shared with the ``JournalApplier``.
    ///   - seen: The events that came last.
    ///   - metrics: Where to count.
    package init(
        intake: any Intake,
        routes: ActiveRoutes,
        handOver: HandOver,
        seen: SeenEvents = SeenEvents(),
        metrics: IngestMetrics
    ) {
        self.intake = intake
        self.routes = routes
        self.handOver = handOver
        self.seen = seen
        self.metrics = metrics
    }

    /// Takes what a source sent.
    ///
    /// - Parameters:
    ///   - submission: The bytes, and whose they are.
    ///   - completion: Called once all that is kept of it is on disk, with the receipt, or with the reason why nothing could
    ///     be written, an ``IntakeError`` where that is foreseen. Others wait while it runs.
    package func take(
        _ submission: Submission,
        then completion: @escaping @Sendable (Result<Receipt, any Error>) -> Void
    ) { take(read(submission), then: completion) }

    private func take(
        _ reading: Reading,
        then completion: @escaping @Sendable (Result<Receipt, any Error>) -> Void
    ) {
        guard let request = reading.request else {
            completion(.success(receipt(for: reading, at: nil)))
            return
        }
        intake.accept(request) { written in
            switch written {
            case .success(let position): completion(.success(self.receipt(for: reading, at: position)))
            case .failure(let error):
                let reason = (error as? IntakeError).map { IngestMetrics.Rejection($0) }
                self.metrics.rejected(reason ?? .unavailable, source: reading.submission.source)
                completion(.failure(error))
            }
        }
    }

    /// Takes what a source sent and returns once all that is kept of it is on disk; see ``take(_:then:)``.
    ///
    /// - Parameter submission: The bytes, and whose they are.
    /// - Returns: The receipt.
    /// - Throws: Why nothing could be written, an ``IntakeError`` where that is foreseen.
    package func take(_ submission: Submission) async throws -> Receipt { try await take(read(submission)) }

    /// Takes what was read and returns once all that is kept of it is on disk; see ``take(_:then:)``.
    ///
    /// - Parameter reading: Of ``read(_:)``. After a failure it can be handed over again without another reading.
    /// - Returns: The receipt.
    /// - Throws: Why nothing could be written, an ``IntakeError`` where that is foreseen.
    package func take(_ reading: Reading) async throws -> Receipt {
        try await withCheckedThrowingContinuation { continuation in
            take(reading) { continuation.resume(with: $0) }
        }
    }

    /// What was read of a submission, and what is to be written of it.
    package struct Reading: Sendable {
        fileprivate var submission: Submission
        fileprivate var body: Result<DecodedBody, FindingDecodingError>
        /// With what it was read.
        fileprivate var defaults: SeverityDefaults
        /// `nil` when there is nothing to keep.
        fileprivate var request: IntakeRequest?
    }

    /// Reads what a source sent and writes nothing, for whoever has to know where the one ends and the other begins.
    ///
    /// - Parameter submission: The bytes, and whose they are.
    /// - Returns: What ``take(_:)`` takes.
    package func read(_ submission: Submission) -> Reading {
        let defaults = routes.table.document.severities
        var quarantine = Quarantine(requestID: submission.requestID, largestItem: submission.largestUnreadable)
        var observations = 0
        var kept: [UInt8] = []
        let outcome: Result<DecodedBody, FindingDecodingError>
        do {
            let body = try FindingDecoder(defaults: defaults).decode(submission.body, requestID: submission.requestID)
            if let id = body.firehoseRequestID { quarantine.requestID = quarantine.requestID ?? "firehose:\(id)" }
            for item in body.items {
                switch item {
                case .event(let event): observations += event.observations.count
                case .unreadable(let unreadable): quarantine.add(unreadable.bytes, because: unreadable.reason)
                case .nothing: break
                }
            }
            kept = submission.body.bytes
            outcome = .success(body)
        } catch {
            switch error {
            // Its sender has it still, and can send it in parts; the beginning of it would be no use to anybody.
            case .empty, .tooMany: break
            // Kept, so that it can be looked at.
            case .syntax, .unrecognised: quarantine.add(submission.body.bytes, because: error.description)
            }
            outcome = .failure(error)
        }
        let isKept = observations > 0 || quarantine.items.isEmpty == false
        let request = IntakeRequest(
            receivedAt: submission.receivedAt,
            source: submission.source,
            requestID: submission.requestID,
            body: kept,
            observations: observations,
            quarantine: quarantine.items
        )
        return Reading(submission: submission, body: outcome, defaults: defaults, request: isKept ? request : nil)
    }

    /// Counts what became of a submission, and says it; what is to be kept of it is on disk.
    private func receipt(for reading: Reading, at position: Int64?) -> Receipt {
        let submission = reading.submission
        let source = submission.source
        switch reading.body {
        case .failure(let error):
            if case .tooMany = error {
                metrics.rejected(.tooLarge, source: source)
            } else {
                metrics.rejected(.unreadable, source: source)
            }
            return Receipt(.unreadable(error), isKept: reading.request != nil)
        case .success(let body):
            let observations = reading.request?.observations ?? 0
            let entry = observations > 0 ? position : nil
            if let entry {
                let bytes = submission.body.bytes.count
                handOver.put(.init(body: body, defaults: reading.defaults, bytes: bytes), at: entry)
            }
            metrics.accepted(findings: observations, source: source, duration: .now - submission.begin)
            if let items = reading.request?.quarantine, items.isEmpty == false {
                metrics.rejected(.unreadable, source: source, items: items.count)
            }
            let known = seen.insert(body.items.map(\.redeliveryKey))
            return Receipt(
                .items(zip(body.items, known).map { Receipt.Item($0, isKnown: $1) }),
                isKept: reading.request != nil,
                position: entry,
                firehoseRequestID: body.firehoseRequestID
            )
        }
    }
}
