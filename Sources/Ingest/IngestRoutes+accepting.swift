import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Logging
import Pipeline
import Routing
import Store

extension IngestRoutes {
    /// What a request holds, and what is to be written before its sender is told.
    final class Reading: Sendable {
        fileprivate let outcome: Result<Decoded, FindingDecodingError>
        fileprivate let arrival: Arrival
        fileprivate let caller: Caller
        /// `nil` when there is nothing to keep.
        let request: IntakeRequest?

        fileprivate init(
            outcome: Result<Decoded, FindingDecodingError>,
            arrival: Arrival,
            caller: Caller,
            request: IntakeRequest?
        ) {
            self.outcome = outcome
            self.arrival = arrival
            self.caller = caller
            self.request = request
        }

        fileprivate struct Decoded: Sendable {
            let body: DecodedBody
            let defaults: SeverityDefaults
        }
    }

    /// Decodes what a caller sent.
    func read(_ arrival: Arrival, from caller: Caller) -> Reading {
        let defaults = routes.table.document.severities
        var quarantine = Quarantine(requestID: arrival.requestID)
        var observations = 0
        var kept: [UInt8] = []
        let outcome: Result<Reading.Decoded, FindingDecodingError>
        do {
            let body = try FindingDecoder(defaults: defaults).decode(arrival.body, requestID: arrival.requestID)
            if let id = body.firehoseRequestID { quarantine.requestID = quarantine.requestID ?? "firehose:\(id)" }
            for item in body.items {
                switch item {
                case .event(let event): observations += event.observations.count
                case .unreadable(let unreadable): quarantine.add(unreadable.bytes, because: unreadable.reason)
                case .nothing: break
                }
            }
            kept = arrival.body.bytes
            outcome = .success(Reading.Decoded(body: body, defaults: defaults))
        } catch {
            switch error {
            // Its sender has it still, and can send it in parts; the beginning of it would be no use to anybody.
            case .empty, .tooMany: break
            // Kept, so that it can be looked at.
            case .syntax, .unrecognised: quarantine.add(arrival.body.bytes, because: error.description)
            }
            outcome = .failure(error)
        }
        let request = IntakeRequest(
            receivedAt: arrival.receivedAt,
            source: caller.name,
            requestID: arrival.requestID,
            body: kept,
            observations: observations,
            quarantine: quarantine.items
        )
        let isKept = observations > 0 || quarantine.items.isEmpty == false
        return Reading(outcome: outcome, arrival: arrival, caller: caller, request: isKept ? request : nil)
    }

    /// Says what became of a request, once what was to be written is on disk.
    ///
    /// - Parameters:
    ///   - reading: The request.
    ///   - written: The position of its journal entry; `nil` when nothing was to be written.
    /// - Returns: The answer.
    /// - Throws: ``Problem`` when nothing of it is taken.
    func conclude(_ reading: Reading, _ written: Int64?) throws(Problem) -> PlainAnswer {
        let arrival = reading.arrival
        let source = reading.caller.name
        let decoded: Reading.Decoded
        switch reading.outcome {
        case .success(let success): decoded = success
        case .failure(.tooMany(let limit, let id?)):
            metrics.rejected(.tooLarge, source: source)
            let problem = Problem(FindingDecodingError.tooMany(limit: limit, firehoseRequestID: id))
            return FirehoseRequest(id: id).refused(problem, limit: self.limit, at: arrival.receivedAt)
        case .failure(let error):
            let problem = Problem(error)
            // A 413 is counted with those of bodies that are too long.
            if problem.status != .contentTooLarge { metrics.rejected(.unreadable, source: source) }
            // Firehose sends a batch again and again until it is taken; this one is kept, and never will be read.
            if let firehose = arrival.admission.firehose, reading.request != nil {
                return firehose.accepted(at: arrival.receivedAt)
            }
            throw problem
        }
        let observations = reading.request?.observations ?? 0
        let position = observations > 0 ? written : nil
        if let position {
            let bytes = arrival.body.bytes.count
            handOver.put(.init(body: decoded.body, defaults: decoded.defaults, bytes: bytes), at: position)
        }
        metrics.accepted(findings: observations, source: source, duration: .now - arrival.admission.begin)
        if let items = reading.request?.quarantine, items.isEmpty == false {
            metrics.rejected(.unreadable, source: source, items: items.count)
        }
        let known = seen.insert(decoded.body.items.map(\.redeliveryKey))
        let answer = IngestAnswer(decoded.body, known: known, position: position)
        guard let firehose = arrival.admission.firehose ?? FirehoseRequest(decoded.body) else {
            guard answer.isRefusal else { return answer.plain }
            throw answer.problem
        }
        return firehose.accepted(at: arrival.receivedAt)
    }

    /// Why the journal did not take a request, for its sender.
    func unwritten(_ error: any Error, _ log: RequestLog) -> any Error {
        if error is IntakeError { return error }
        log.logger.error("a request could not be written", metadata: ["error": .string(String(describing: error))])
        return Problem(
            .serviceUnavailable,
            detail: "The request could not be written to disk. Send it again.",
            retryAfterSeconds: 5
        )
    }
}
