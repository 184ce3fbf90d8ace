import Findings
package import FoundationEssentials
package import HTTPSurface
import HTTPTypes
package import Hummingbird
package import Pipeline
package import Routing
package import Store

/// `POST /v1/events`: the door for everything that sources send.
///
/// Authenticate, read, decode, write to the journal, answer; the answer never comes before the commit. Each step is a
/// function of its own, so that a request that waits in a task and one that is answered on the event loop
/// (``HTTPSurface/ExpressRoute``) take the same ones. Never changes; a class, for every request holds on to it.
package final class IngestRoutes: Sendable {
    let intake: any Intake
    let routes: ActiveRoutes
    let credentials: Credentials
    let handOver: HandOver
    let seen: SeenEvents
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
    ///   - intake: Where requests are written.
    ///   - routes: The rules in force: severities and SNS topics.
    ///   - credentials: The tokens that let a request in.
    ///   - handOver: Shared with the ``JournalApplier``.
    ///   - seen: The events that came last.
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
        seen: SeenEvents = SeenEvents(),
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
        self.seen = seen
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
                let reading = read(arrival, from: caller)
                return try conclude(reading, try await write(reading.request, log))
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

    private func write(_ request: IntakeRequest?, _ log: RequestLog) async throws -> Int64? {
        guard let request else { return nil }
        do {
            return try await intake.accept(request)
        } catch {
            throw unwritten(error, log)
        }
    }
}
