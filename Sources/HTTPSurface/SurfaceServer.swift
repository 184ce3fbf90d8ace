package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore

/// The HTTP server around the routes, with every bound that keeps one sender from harming the others.
package enum SurfaceServer {
    static let headerBytes = 32_768
    static let headerFields = 100
    /// How many more connections than there is room for may be accepted before others have ended.
    private static let overshoot = 32

    /// An HTTP/1.1 server; run it as a service.
    ///
    /// - Parameters:
    ///   - router: With all its routes, made by ``SurfaceResponder/router()``.
    ///   - express: The route whose small requests need not go through the router.
    ///   - credentials: What is configured; when that is nothing, a ``LoopbackGate`` stands before every route.
    ///   - address: Where to listen; port 0 lets the system choose.
    ///   - limits: What a connection may take, and how many there may be.
    ///   - logger: Every request's logger is made from it.
    ///   - onRunning: Told the address once connections are accepted.
    /// - Returns: The server as a service.
    package static func application(
        _ router: Router<SurfaceContext>,
        express: (any ExpressRoute)? = nil,
        credentials: Credentials,
        listeningOn address: ListenAddress,
        limits: ConnectionLimits = ConnectionLimits(),
        logger: Logger,
        onRunning: @escaping @Sendable (SocketAddress?) async -> Void = { _ in }
    ) -> Application<SurfaceResponder> {
        let gate = credentials.gate
        let connections = OpenConnections(limit: limits.connections, logger: logger)
        return Application(
            responder: SurfaceResponder(router, gate: gate),
            server: HTTPServerBuilder {
                SurfaceChannel(responder: $0, express: express, gate: gate, limits: limits, connections: connections)
            },
            configuration: ApplicationConfiguration(
                address: address.bindAddress,
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections + overshoot)
            ),
            onServerRunning: { channel in
                await listen(to: channel, connections, logger)
                await onRunning(channel.localAddress)
            },
            logger: logger
        )
    }

    /// What serves the connections of another server than ``application(_:express:credentials:listeningOn:limits:logger:onRunning:)``
    /// makes, with the same bounds.
    ///
    /// - Parameter logger: Told when there are too many connections.
    /// - Returns: The part of an `Application` that makes its server.
    package static func builder(logger: Logger) -> HTTPServerBuilder {
        let limits = ConnectionLimits()
        let connections = OpenConnections(limit: limits.connections, logger: logger)
        return HTTPServerBuilder {
            SurfaceChannel(responder: $0, express: nil, gate: nil, limits: limits, connections: connections)
        }
    }

    private static func listen(to channel: any Channel, _ connections: OpenConnections, _ logger: Logger) async {
        do {
            // In front of the handler that waits such failures out and says nothing.
            try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.addHandler(
                    AcceptFailures(connections: connections, logger: logger),
                    position: .first
                )
            }.get()
        } catch {
            // The server was closed before it ran.
            logger.debug("the listening socket is closed", metadata: ["error": .string(String(describing: error))])
        }
    }
}
