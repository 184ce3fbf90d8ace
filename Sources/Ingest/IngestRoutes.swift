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
    let intake: any Intake
    let routes: ActiveRoutes
    let credentials: Credentials
    let handOver: HandOver
    let metrics: IngestMetrics
    let door: SNSDoor
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
    struct Arrival {
        let body: ParsedBody
        var requestID: String?
        let receivedAt: Date
        let begin: ContinuousClock.Instant
        /// With the request's id.
        let logger: Logger
    }
}
