import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Logging
import Routing

extension IngestRoutes {
    /// What follows once it is known who vouches for a request.
    enum Vouched {
        case content(Arrival, Caller)
        /// All that is to be done is done.
        case handled(PlainAnswer)
    }

    /// Decides who vouches for the request: its token, or the signature in its body.
    func identify(_ arrival: Arrival) async throws -> Vouched {
        var arrival = arrival
        if let message = arrival.body.snsEnvelope {
            switch try await admit(message, arrival) {
            case .content(let caller):
                // The signature covers the body alone, so that nothing in the head may identify the message.
                if arrival.admission.caller == nil { arrival.requestID = "sns:\(message.messageID)" }
                return .content(arrival, caller)
            case .handled(let what):
                return .handled(IngestAnswer(results: [.ignored(what)], position: nil).plain)
            }
        }
        guard let caller = arrival.admission.caller else {
            metrics.rejected(.sns, source: "unauthenticated")
            throw Problem(
                .forbidden,
                detail: "Without a token only signed SNS messages are taken: \(SNSRefusal.notSNS)."
            )
        }
        return .content(arrival, caller)
    }

    private func admit(_ message: SNSEnvelope, _ arrival: Arrival) async throws -> SNSDoor.Entry {
        let caller = arrival.admission.caller
        do {
            return try await door.admit(
                message,
                from: caller,
                topics: routes.table.document.snsTopics,
                now: arrival.receivedAt,
                logger: arrival.log.logger
            )
        } catch let refusal as SNSRefusal where refusal.mayPass {
            arrival.log.logger.error(
                "a signed SNS message could not be believed, and SNS was asked to send it again; compare this server's clock",
                metadata: [
                    "reason": .string(refusal.description), "topic": .string(message.topicARN.printable),
                    "timestamp": .string(message.timestamp.printable),
                    "clock": .string(arrival.receivedAt.formatted(.iso8601)),
                ]
            )
            // SNS takes any 4xx for delivered.
            throw Problem(
                .serviceUnavailable,
                detail: "The SNS message is signed, and cannot be believed at the moment: \(refusal). Send it again.",
                retryAfterSeconds: 20
            )
        } catch let refusal as SNSRefusal {
            arrival.log.logger.notice(
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
            arrival.log.logger.error(
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
}
