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

    /// Ends the connection, whatever is under way on it.
    package func hangUp() { channel.close(promise: nil) }
}
