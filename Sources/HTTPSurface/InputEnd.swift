import NIOCore

/// Notices that a client has closed its side of a connection, for answers that go on although nobody asks for more.
///
/// The server keeps its own side open then, as the client may still read; a browser that has gone elsewhere does not.
final class InputEnd: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let channel: any Channel
    private let ended: @Sendable () -> Void

    init(channel: any Channel, ended: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.ended = ended
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { ended() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    /// Looks no more; the connection may be used for other requests.
    func remove() async {
        do {
            try await channel.pipeline.removeHandler(self)
        } catch {
            // The connection has ended, and all its handlers with it.
            return
        }
    }
}
