import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Listens for SMTP and holds a dialogue with whoever connects.
struct SMTPReceiver: Sendable {
    /// The most sessions at a time; one more is sent away with 421.
    static let maximumSessions = 100

    let host: String
    let port: Int
    let messages: ReceivedMessages
    let faults: FaultPlan
    var limits = SMTPDialogue.Limits()
    /// How long a client may be silent; RFC 5321 §4.5.3.2.7 asks for five minutes.
    var silence = Duration.seconds(300)
    let logger: Logger

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Parameter onListening: Told the port once connections are taken.
    /// - Throws: When the address cannot be listened on.
    func run(onListening: @Sendable (Int) -> Void) async throws {
        let silence = TimeAmount(silence)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        IdleStateHandler(readTimeout: silence),
                        CloseWhenIdle()
                    )
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        onListening(server.channel.localAddress?.port ?? port)
        let sessions = SessionCount()
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections.cancelOnGracefulShutdown() {
                    let isAdmitted = sessions.begin() <= Self.maximumSessions
                    group.addTask {
                        await serve(connection, isAdmitted: isAdmitted)
                        sessions.end()
                    }
                }
            }
        }
    }

    private func serve(_ connection: Connection, isAdmitted: Bool) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                guard isAdmitted else {
                    return try await outbound.write(ByteBuffer(bytes: SMTPReply(421, "Too many sessions").bytes))
                }
                var dialogue = SMTPDialogue(limits: limits) { [faults] in faults.takeSMTP(at: $0, recipient: $1) }
                guard try await perform(dialogue.begin(), connection.channel, outbound) else { return }
                for try await buffer in inbound.cancelOnGracefulShutdown() {
                    let actions = dialogue.receive(buffer.readableBytesView)
                    guard try await perform(actions, connection.channel, outbound) else { return }
                }
            }
        } catch {
            // Clients that vanish are what a receiver for trying things sees every day.
            logger.debug("SMTP session ended early", metadata: ["error": "\(error)"])
        }
    }

    /// Does what the dialogue says.
    ///
    /// - Parameters:
    ///   - actions: In this order.
    ///   - channel: The connection, for cutting it.
    ///   - outbound: Where replies go; those that follow one another are written together.
    /// - Returns: False when the session is over.
    /// - Throws: When the connection is gone.
    private func perform(
        _ actions: [SMTPDialogue.Action],
        _ channel: any Channel,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> Bool {
        var replies = ByteBuffer()
        for action in actions {
            if case .reply(let reply) = action {
                replies.writeBytes(reply.bytes)
                continue
            }
            if replies.readableBytes > 0 {
                try await outbound.write(replies)
                replies.clear()
            }
            switch action {
            case .reply: continue
            case .wait(let duration):
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
            case .take(let envelope, let raw, let code, let reason):
                let text = code.map { $0 == 250 ? "250 Kept" : "\($0)" } ?? "no reply"
                messages.add(
                    .mail(envelope, MailMessage(raw)),
                    ReceivedMessage.Answer(code: code, text: text, reason: reason)
                )
            case .refused(let command, let code, let text):
                messages.add(
                    .refusedCommand(command),
                    ReceivedMessage.Answer(
                        code: code,
                        text: code.map { "\($0) \(text)" } ?? text,
                        reason: "told to fail"
                    )
                )
            case .close: return false
            case .reset:
                await ConnectionReset.cut(channel)
                return false
            }
        }
        if replies.readableBytes > 0 { try await outbound.write(replies) }
        return true
    }
}

/// How many sessions are open.
private final class SessionCount: Sendable {
    private let count = Mutex(0)

    /// Counts one more; returns how many there are with it.
    func begin() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}

/// Ends a session whose client has been silent for too long.
private final class CloseWhenIdle: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

/// Ends a connection so that the other side sees "connection reset by peer".
enum ConnectionReset {
    static func cut(_ channel: any Channel) async {
        // With SO_LINGER on and 0 seconds, close(2) discards what is unsent and sends RST (socket(7)).
        if let provider = channel as? any SocketOptionProvider {
            do {
                try await provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            } catch {
                // The connection is gone already, which is what was wanted.
                return
            }
        }
        channel.close(promise: nil)
    }
}
