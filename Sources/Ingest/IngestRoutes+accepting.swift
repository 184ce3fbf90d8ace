import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
import Routing
import Store

extension IngestRoutes {
    /// Decides who vouches for the request, reads it, and has it accepted.
    func take(_ arrival: Arrival, from caller: Caller?, _ firehose: FirehoseRequest?) async throws -> Response {
        let document = routes.table.document
        var caller = caller
        var arrival = arrival
        if let message = arrival.body.snsEnvelope {
            switch try await admit(message, caller, document.snsTopics, arrival) {
            case .content(let admitted):
                // The signature covers the body alone, so that nothing in the head may identify the message.
                if caller == nil { arrival.requestID = "sns:\(message.messageID)" }
                caller = admitted
            case .handled(let what):
                return IngestAnswer(results: [.ignored(what)], position: nil).response
            }
        }
        guard let caller else {
            metrics.rejected(.sns, source: "unauthenticated")
            throw Problem(
                .forbidden,
                detail: "Without a token only signed SNS messages are taken: \(SNSRefusal.notSNS)."
            )
        }

        let decoded: DecodedBody
        do {
            decoded = try FindingDecoder(defaults: document.severities)
                .decode(arrival.body, requestID: arrival.requestID)
        } catch {
            try await quarantine(error, arrival, caller)
            throw Problem(error)
        }
        return try await accept(decoded, document.severities, arrival, caller, firehose)
    }

    private func accept(
        _ decoded: DecodedBody,
        _ severities: SeverityDefaults,
        _ arrival: Arrival,
        _ caller: Caller,
        _ firehose: FirehoseRequest?
    ) async throws -> Response {
        var quarantine = Quarantine()
        var observations = 0
        for item in decoded.items {
            switch item {
            case .event(let event): observations += event.observations.count
            case .unreadable(let unreadable):
                quarantine.add(unreadable.bytes, because: unreadable.reason)
            case .nothing: break
            }
        }
        var position: Int64?
        if observations > 0 || quarantine.items.isEmpty == false {
            let request = IntakeRequest(
                receivedAt: arrival.receivedAt,
                source: caller.name,
                requestID: arrival.requestID,
                body: arrival.body.bytes,
                observations: observations,
                quarantine: quarantine.items
            )
            let written = try await write(request, arrival.logger)
            if observations > 0 {
                position = written
                let handed = HandOver.Decoded(body: decoded, defaults: severities, bytes: request.body.count)
                handOver.put(handed, at: written)
            }
        }
        metrics.accepted(findings: observations, source: caller.name, duration: .now - arrival.begin)
        if quarantine.items.isEmpty == false {
            metrics.rejected(.unreadable, source: caller.name, items: quarantine.items.count)
        }
        let answer = IngestAnswer(decoded, position: position)
        guard let firehose = firehose ?? FirehoseRequest(decoded) else {
            guard answer.isRefusal else { return answer.response }
            throw answer.problem
        }
        return answer.isRefusal
            ? firehose.refused(answer.problem, at: arrival.receivedAt)
            : firehose.accepted(at: arrival.receivedAt)
    }

    private func admit(
        _ message: SNSEnvelope,
        _ caller: Caller?,
        _ topics: [String],
        _ arrival: Arrival
    ) async throws -> SNSDoor.Entry {
        do {
            return try await door.admit(
                message,
                from: caller,
                topics: topics,
                now: arrival.receivedAt,
                logger: arrival.logger
            )
        } catch let refusal as SNSRefusal {
            arrival.logger.notice(
                "an SNS message was refused",
                metadata: ["reason": .string(refusal.description), "topic": .string(message.topicARN.printable)]
            )
            metrics.rejected(.sns, source: caller?.name ?? "unauthenticated")
            // SNS presents the user name and password of its endpoint's URL only after a 401.
            if caller == nil, refusal == .topicNotListed {
                throw credentials.unauthorized(because: refusal.description)
            }
            throw Problem(.forbidden, detail: "The SNS message was refused: \(refusal).")
        } catch {
            arrival.logger.error(
                "an SNS message could not be verified or confirmed; SNS was asked to send it again",
                metadata: ["error": .string(String(describing: error)), "topic": .string(message.topicARN.printable)]
            )
            // SNS takes any 4xx for delivered, so trouble of our own must be a 5xx.
            throw Problem(
                .serviceUnavailable,
                detail: "The SNS message could not be verified or confirmed at the moment. Send it again.",
                retryAfterSeconds: 10
            )
        }
    }

    /// Keeps a body of which nothing could be read, so that it can be looked at.
    private func quarantine(_ error: FindingDecodingError, _ arrival: Arrival, _ caller: Caller) async throws {
        guard error != .empty else { return metrics.rejected(.unreadable, source: caller.name) }
        var quarantine = Quarantine()
        quarantine.add(arrival.body.bytes, because: error.description)
        let request = IntakeRequest(
            receivedAt: arrival.receivedAt,
            source: caller.name,
            requestID: arrival.requestID,
            body: [],
            observations: 0,
            quarantine: quarantine.items
        )
        _ = try await write(request, arrival.logger)
        metrics.rejected(.unreadable, source: caller.name)
    }

    private func write(_ request: IntakeRequest, _ logger: Logger) async throws -> Int64 {
        do {
            return try await intake.accept(request)
        } catch let error as IntakeError {
            throw error
        } catch {
            logger.error("a request could not be written", metadata: ["error": .string(String(describing: error))])
            throw Problem(
                .serviceUnavailable,
                detail: "The request could not be written to disk. Send it again.",
                retryAfterSeconds: 5
            )
        }
    }
}
