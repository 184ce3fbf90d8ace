package import Hummingbird
import NIOCore

/// What is known about one request while it is answered.
package struct SurfaceContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The sender's `X-Request-Id` if it is a sensible one, else our own; at most 128 visible ASCII characters.
    package var requestID: String
    /// Who sent the request; `nil` until a route has asked for proof.
    package var caller: Caller?
    private let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        requestID = ""
        channel = source.channel
    }

    /// The IP address at the other end of the connection, `nil` when there is none.
    package var peerAddress: String? { channel.remoteAddress?.ipAddress }

    /// Has something done once the client closes its side of the connection, which alone ends nothing.
    ///
    /// - Parameter ended: Called on the event loop, perhaps more than once, and at once when the connection has ended.
    /// - Returns: What looks for it, to be removed when it does not matter any more.
    func whenInputEnds(_ ended: @escaping @Sendable () -> Void) async -> InputEnd? {
        let watch = InputEnd(channel: channel, ended: ended)
        do {
            // The first one, as what stands further in may keep the end to itself.
            try await channel.pipeline.addHandler(watch, position: .first)
            return watch
        } catch {
            ended()
            return nil
        }
    }

    /// Ends the connection, whatever is under way on it.
    package func hangUp() { channel.close(promise: nil) }
}
