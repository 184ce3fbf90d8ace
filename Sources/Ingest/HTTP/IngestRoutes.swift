import Findings
package import FoundationEssentials
package import HTTPSurface
import HTTPTypes
package import Hummingbird
package import Routing

/// `POST /v1/events`: what sources send over HTTP.
///
/// Authenticate, read the body, hand it to the ``Receiver``, and pass its receipt on in the sender's form. A request that
/// waits in a task and one that is answered on the event loop (``HTTPSurface/ExpressRoute``) differ in how they read the
/// body, and in nothing else. Never changes; a class, for every request holds on to it.
package final class IngestRoutes: Sendable {
    let receiver: Receiver
    let routes: ActiveRoutes
    let credentials: Credentials
    let metrics: IngestMetrics
    let door: SNSDoor
    let limit: BodyLimit
    let budget: BodyBudget
    let strangersBudget: BodyBudget
    let now: @Sendable () -> Date

    /// What an SNS message may weigh before it has proved anything: 256 KiB of text, escaped twice at worst (SNS developer
    /// guide, "Publish": maximum message size).
    static let strangersLimit = 1_048_576

    /// - Parameters:
    ///   - receiver: Takes what was sent.
    ///   - routes: The rules in force: SNS topics.
    ///   - credentials: The tokens that let a request in.
    ///   - metrics: Where refusals are counted.
    ///   - fetch: GETs an https URL of Amazon SNS without following redirects and returns the body of a 200; used for
    ///     signing certificates and for confirming subscriptions.
    ///   - limit: How large a body may be.
    ///   - budget: How large all bodies in memory may be together.
    ///   - now: The time of arrival.
    package init(
        receiver: Receiver,
        routes: ActiveRoutes,
        credentials: Credentials,
        metrics: IngestMetrics,
        fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8],
        limit: BodyLimit = .standard,
        budget: BodyBudget = BodyBudget(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.receiver = receiver
        self.routes = routes
        self.credentials = credentials
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
            try await self.respond(to: request, RequestLog(context.logger)) { context.hangUp() }.response
        }
    }

    /// - Parameters:
    ///   - request: The request.
    ///   - log: Names the request.
    ///   - hangUp: Ends its connection.
    /// - Returns: The answer, refusals of Firehose requests included.
    /// - Throws: ``Problem`` with the refusal of any other request.
    private func respond(
        to request: Request,
        _ log: RequestLog,
        hangUp: @escaping @Sendable () -> Void
    ) async throws -> PlainAnswer {
        var source = "unauthenticated"
        do {
            let begin = ContinuousClock.now
            let caller = try caller(request.headers)
            source = caller?.name ?? source
            let admission = try admit(request.headers, caller, at: begin, displace: hangUp)
            defer { withExtendedLifetime(admission.room) {} }
            let bytes = try await collect(request, admission)
            let body = ParsedBody(admission.head?.applied(to: bytes) ?? bytes)
            let arrival = Arrival(admission, body: body, receivedAt: now(), log: log)
            switch try await identify(arrival) {
            case .content(let arrival, let caller):
                return answer(arrival, await take(submission(arrival, from: caller)))
            case .handled(let answer): return answer
            }
        } catch {
            let problem = try refusal(error, source: source)
            guard let firehose = FirehoseRequest(request.headers) else { throw problem }
            return firehose.refused(problem, limit: limit, at: now())
        }
    }

    private func collect(_ request: Request, _ admission: Admission) async throws -> [UInt8] {
        do {
            let body = try await admission.limit.collect(request) { try admission.room.grow(to: $0) }
            admission.room.keep()
            return body
        } catch  where admission.room.isDisplaced {
            throw BodyBudget.Exhausted()
        }
    }

    private func take(_ submission: Submission) async -> Result<Receipt, any Error> {
        do {
            return .success(try await receiver.take(submission))
        } catch {
            return .failure(error)
        }
    }
}
