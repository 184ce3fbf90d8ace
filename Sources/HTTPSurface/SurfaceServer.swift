package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore

/// The HTTP server around the routes, with every bound that keeps one sender from harming the others.
package enum SurfaceServer {
    /// Longer than the pause between two events of a busy sender, shorter than what a NAT forgets.
    static let idleTimeout = TimeAmount.seconds(75)
    static let headerBytes = 32_768
    static let headerFields = 100
    static let connections = 4_096

    /// An HTTP/1.1 server; run it as a service.
    ///
    /// - Parameters:
    ///   - router: With all its routes, made by ``SurfaceResponder/router()``.
    ///   - express: The route whose small requests need not go through the router.
    ///   - credentials: What is configured; when that is nothing, a ``LoopbackGate`` stands before every route.
    ///   - address: Where to listen; port 0 lets the system choose.
    ///   - logger: Every request's logger is made from it.
    ///   - onRunning: Told the address once connections are accepted.
    /// - Returns: The server as a service.
    package static func application(
        _ router: Router<SurfaceContext>,
        express: (any ExpressRoute)? = nil,
        credentials: Credentials,
        listeningOn address: ListenAddress,
        logger: Logger,
        onRunning: @escaping @Sendable (SocketAddress?) async -> Void = { _ in }
    ) -> Application<SurfaceResponder> {
        let gate = credentials.gate
        return Application(
            responder: SurfaceResponder(router, gate: gate),
            server: HTTPServerBuilder { SurfaceChannel(responder: $0, express: express, gate: gate) },
            configuration: ApplicationConfiguration(
                address: address.bindAddress,
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(connections)
            ),
            onServerRunning: { channel in await onRunning(channel.localAddress) },
            logger: logger
        )
    }
}
