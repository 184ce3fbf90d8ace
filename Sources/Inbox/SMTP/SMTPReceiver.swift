import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens for SMTP and holds a dialogue with whoever connects.
struct SMTPReceiver: Sendable {
    let host: String
    let port: Int
    let messages: ReceivedMessages
    let faults: FaultPlan
    var limits = SMTPDialogue.Limits()
    /// How long a client may be silent; RFC 5321 §4.5.3.2.7 asks for five minutes.
    var silence = TimeAmount.minutes(5)
    let logger: Logger

    /// Serves until graceful shutdown or cancellation; sessions that are open then are ended.
    ///
    /// - Parameter onListening: Told the port once connections are taken.
    /// - Throws: When the address cannot be listened on.
    func run(onListening: @Sendable (Int) -> Void) async throws {
        let sessions = SMTPSessions()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        IdleStateHandler(readTimeout: silence),
                        SMTPSession(self, isAdmitted: sessions.add(channel))
                    )
                }
            }
            .bind(host: host, port: port).get()
        onListening(server.localAddress?.port ?? port)
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await server.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            server.close(promise: nil)
        }
        await sessions.end()
    }
}
