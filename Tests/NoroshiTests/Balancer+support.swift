import CurlClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Stands before several nodes, and gives each request to another one than the one before.
final class Balancer: Sendable {
    private let nodes: [ServerProcess]
    private let next = Atomic<Int>(0)

    private init(_ nodes: [ServerProcess]) { self.nodes = nodes }

    /// Runs it on a free port of loopback while `body` runs.
    static func run(_ nodes: [ServerProcess], _ body: @escaping @Sendable (_ url: String) async throws -> Void)
        async throws
    {
        let balancer = Balancer(nodes)
        let router = Router()
        router.get("**") { request, _ in try await balancer.pass(request) }
        router.post("**") { request, _ in try await balancer.pass(request) }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "balancer")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
                continuation.finish()
            },
            logger: logger
        )
        let group = ServiceGroup(services: [application], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports { try await body("http://127.0.0.1:\(port)") }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func pass(_ request: Request) async throws -> Response {
        let node = nodes[next.wrappingAdd(1, ordering: .relaxed).oldValue % nodes.count]
        let body = try await request.body.collect(upTo: 1 << 22)
        let answer = try await node.request(
            request.method.rawValue,
            request.uri.description,
            body: String(buffer: body)
        )
        return Response(
            status: .init(code: answer.status),
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}
