import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ingest
import Logging
import NoroshiTestSupport
import Pipeline
import Routing
import Synchronization

/// The routes over a journal in memory, with an outside world that is scripted.
struct IngestServer: Sendable {
    let intake = RecordingIntake()
    let handOver = HandOver()
    let outside = Outside()
    var credentials = Credentials.none
    var topics: [String] = []
    var limit = BodyLimit.standard
    var budget = BodyBudget()
    var metrics = IngestMetrics()
    var now = SNSSigner.publishedAt.addingTimeInterval(60)

    var app: some ApplicationProtocol {
        let router = SurfaceResponder.router()
        routes.add(to: router)
        return Application(responder: SurfaceResponder(router))
    }

    /// The whole server, in which plain requests need no router.
    var server: some ApplicationProtocol {
        get throws {
            let router = SurfaceResponder.router()
            let routes = routes
            routes.add(to: router)
            return SurfaceServer.application(
                router,
                express: routes,
                credentials: credentials,
                listeningOn: try ListenAddress("127.0.0.1:0"),
                logger: Logger(label: "test")
            )
        }
    }

    private var routes: IngestRoutes {
        let now = now
        let outside = outside
        let routes = ActiveRoutes(RoutingTable(RouteDocument(snsTopics: topics), version: 1))
        return IngestRoutes(
            receiver: Receiver(intake: intake, routes: routes, handOver: handOver, metrics: metrics),
            routes: routes,
            credentials: credentials,
            metrics: metrics,
            fetch: { try outside.get($0) },
            limit: limit,
            budget: budget,
            now: { now }
        )
    }

    /// Posts one body and returns the answer.
    func post(
        _ body: some Sequence<UInt8> & Sendable,
        headers: HTTPFields = [:],
        setup: TestingSetup = .router
    ) async throws -> TestResponse {
        let body = ByteBuffer(bytes: body)
        return try await app.test(setup) { client in
            try await client.execute(uri: "/v1/events", method: .post, headers: headers, body: body)
        }
    }
}

/// The answers of the internet.
final class Outside: Sendable {
    struct Unreachable: Error {}

    private let pages = Mutex<[String: [UInt8]]>([:])
    private let calls = Mutex<[String]>([])

    var asked: [String] { calls.withLock { $0 } }

    func serve(_ page: [UInt8], at url: String) { pages.withLock { $0[url] = page } }

    func get(_ url: String) throws -> [UInt8] {
        calls.withLock { $0.append(url) }
        guard let page = pages.withLock({ $0[url] }) else { throw Unreachable() }
        return page
    }
}

extension TestResponse {
    var json: JSON {
        get throws { try JSONDocument.parse(Array(body.readableBytesView)) }
    }

    var text: String { String(buffer: body) }
}
