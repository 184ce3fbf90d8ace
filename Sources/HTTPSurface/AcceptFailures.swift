import Glibc
import Logging
import Metrics
import NIOCore

/// Hears of connections that the server could not take because no descriptor was left, which NIO only waits out.
///
/// Says so once for as long as it lasts, counts, and gives up idle connections.
final class AcceptFailures: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// How long nothing must fail until a failure is news again.
    private static let episode = TimeAmount.seconds(60)
    /// How many connections are ended at once, so that the next clients find some room.
    private static let room = 8

    private let connections: OpenConnections
    private let logger: Logger
    private let counter: Counter
    private var lastFailure: NIODeadline?

    init(connections: OpenConnections, logger: Logger, factory: any MetricsFactory = MetricsSystem.factory) {
        self.connections = connections
        self.logger = logger
        counter = Counter(label: "noroshi_accept_failures_total", factory: factory)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError, error.errnoCode == EMFILE || error.errnoCode == ENFILE {
            let now = context.eventLoop.now
            let isNews = lastFailure.map { now - $0 > AcceptFailures.episode } ?? true
            lastFailure = now
            counter.increment()
            if isNews {
                logger.error(
                    """
                    a connection could not be taken: no file descriptor is left. Idle connections are closed; raise the \
                    limit of open files (LimitNOFILE in the unit, ulimit -n in a shell)
                    """,
                    metadata: ["error": .string(String(describing: error))]
                )
            }
            connections.makeRoom(AcceptFailures.room)
        }
        context.fireErrorCaught(error)
    }
}
