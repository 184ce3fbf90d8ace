import Glibc
import NIOCore

/// Ends a connection so that the other side sees "connection reset by peer".
enum ConnectionReset {
    static func cut(_ channel: any Channel) {
        guard let provider = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
        // With SO_LINGER on and 0 seconds, close(2) discards what is unsent and sends RST (socket(7)).
        provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
