import Findings
package import FoundationEssentials
package import HTTPSurface
import HTTPTypes
package import Hummingbird
import Logging
package import Routing
package import Store

/// `POST /v1/events`: the door for everything that sources send.
///
/// Authenticate, read, decode, write to the journal, answer; the answer never comes before the commit.
package struct IngestRoutes: Sendable {
    private let intake: any Intake
    private let routes: ActiveRoutes
    private let credentials: Credentials
    private let handOver: HandOver
    private let metrics: IngestMetrics
    private let door: SNSDoor
    private let limit: BodyLimit
    private let budget: BodyBudget
    private let strangersBudget: BodyBudget
    private let now: @Sendable () -> Date

    /// What an SNS message may weigh before it has proved anything: 256 KiB of text, escaped twice at worst (SNS developer
    /// guide, "Publish": maximum message size).
    static let strangersLimit = 1_048_576

    /// - Parameters:
    ///   - intake: Where requests are written.
    ///   - routes: The rules in force: severities and SNS topics.
    ///   - credentials: The tokens that let a request in.
    ///   - handOver: Shared with the ``JournalApplier``.
    ///   - metrics: Where to count.
    ///   - fetch: GETs an https URL of Amazon SNS without following redirects and returns the body of a 200; used for
    ///     signing certificates and for confirming subscriptions.
    ///   - limit: How large a body may be.
    ///   - budget: How large all bodies in memory may be together.
    ///   - now: The time of arrival.
    package init(
        intake: any Intake,
        routes: ActiveRoutes,
        credentials: Credentials,
        handOver: HandOver,
        metrics: IngestMetrics,
        fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8],
        limit: BodyLimit = .standard,
        budget: BodyBudget = BodyBudget(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.intake = intake
        self.routes = routes
        self.credentials = credentials
        self.handOver = handOver
        self.metrics = metrics
        self.limit = limit
        self.budget = budget
        // Of its own, so that whoever has no token cannot take the room of those who have.
        strangersBudget = BodyBudget(bytes: 4 * IngestRoutes.strangersLimit)
        self.now = now
        door = SNSDoor(fetch: fetch)
    }

    package func add(to router: Router<SurfaceContext>) {
        router.post("v1/events") { request, context in
            try await respond(to: request, logger: context.logger)
        }
    }

    private func respond(to request: Request, logger: Logger) async throws -> Response {
        let firehose = FirehoseRequest(request.headers)
        do {
            return try await receive(request, firehose, logger)
        } catch let problem as Problem {
            guard let firehose else { throw problem }
            return firehose.refused(problem, at: now())
        }
    }

    private func receive(
        _ request: Request,
        _ firehose: FirehoseRequest?,
        _ logger: Logger
    ) async throws -> Response {
        let begin = ContinuousClock.now
        try IngestRoutes.requireReadable(request.headers)
        let caller = credentials.caller(presenting: request.headers)
        if caller == nil, IngestRoutes.mayBeSigned(request.headers) == false {
            metrics.rejected(.unauthenticated, source: "unauthenticated")
            _ = try credentials.authenticate(request)
        }
        let limit = caller == nil ? BodyLimit(bytes: min(limit.bytes, IngestRoutes.strangersLimit)) : limit
        let source = caller?.name ?? "unauthenticated"
        do {
            let room = try limit.declaredLength(of: request) ?? limit.bytes
            return try await (caller == nil ? strangersBudget : budget).withRoom(for: room) {
                let body = ParsedBody(try await limit.collect(request))
                let arrival = Arrival(
                    body: body,
                    requestID: IngestRoutes.requestID(request.headers, caller),
                    receivedAt: now(),
                    begin: begin,
                    logger: logger
                )
                return try await take(arrival, from: caller, firehose)
            }
        } catch let problem as Problem {
            switch problem.status {
            case .contentTooLarge: metrics.rejected(.tooLarge, source: source)
            case .serviceUnavailable: metrics.rejected(.unavailable, source: source)
            default: break
            }
            throw problem
        } catch let error as IntakeError {
            metrics.rejected(IngestMetrics.Rejection(error), source: source)
            throw Problem(error)
        } catch is BodyBudget.Exhausted {
            metrics.rejected(.overloaded, source: source)
            throw Problem(.serviceUnavailable, detail: BodyBudget.Exhausted.detail, retryAfterSeconds: 1)
        }
    }

    /// One request that has been read.
    private struct Arrival {
        let body: ParsedBody
        let requestID: String?
        let receivedAt: Date
        let begin: ContinuousClock.Instant
        /// With the request's id.
        let logger: Logger
    }

    private func take(_ arrival: Arrival, from caller: Caller?, _ firehose: FirehoseRequest?) async throws -> Response {
        let document = routes.table.document
        var caller = caller
        if let message = arrival.body.snsEnvelope {
            switch try await admit(message, caller, document.snsTopics, arrival) {
            case .content(let admitted): caller = admitted
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
        var quarantine: [QuarantinedItem] = []
        var observations = 0
        for item in decoded.items {
            switch item {
            case .event(let event): observations += event.observations.count
            case .unreadable(let unreadable):
                quarantine.append(QuarantinedItem(reason: unreadable.reason, bytes: Quarantine.kept(unreadable.bytes)))
            case .nothing: break
            }
        }
        var position: Int64?
        if observations > 0 || quarantine.isEmpty == false {
            let request = IntakeRequest(
                receivedAt: arrival.receivedAt,
                source: caller.name,
                requestID: arrival.requestID,
                body: arrival.body.bytes,
                observations: observations,
                quarantine: quarantine
            )
            let written = try await write(request, arrival.logger)
            if observations > 0 {
                position = written
                let handed = HandOver.Decoded(body: decoded, defaults: severities, bytes: request.body.count)
                handOver.put(handed, at: written)
            }
        }
        metrics.accepted(findings: observations, source: caller.name, duration: .now - arrival.begin)
        if quarantine.isEmpty == false {
            metrics.rejected(.unreadable, source: caller.name, items: quarantine.count)
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
        _ = try await write(
            IntakeRequest(
                receivedAt: arrival.receivedAt,
                source: caller.name,
                requestID: arrival.requestID,
                body: [],
                observations: 0,
                quarantine: [
                    QuarantinedItem(reason: error.description, bytes: Quarantine.kept(arrival.body.bytes))
                ]
            ),
            arrival.logger
        )
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
