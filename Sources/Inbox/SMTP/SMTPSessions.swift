import NIOCore
import Synchronization

/// The open SMTP connections, so that there are not too many and that all of them can be ended.
final class SMTPSessions: Sendable {
    /// The most sessions at a time; one more is sent away with 421.
    static let maximumCount = 100

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// Counts a connection until it closes.
    ///
    /// - Parameter channel: A new connection.
    /// - Returns: False when there are too many, or when no more are wanted.
    func add(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state in
            state.channels[id] = channel
            return state.hasEnded == false && state.channels.count <= Self.maximumCount
        }
        channel.closeFuture.whenComplete { [self] _ in state.withLock { $0.channels[id] = nil } }
        return isAdmitted
    }

    /// Ends every connection and waits until they are closed.
    func end() async {
        let channels = state.withLock { state in
            state.hasEnded = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
        for channel in channels {
            do {
                try await channel.closeFuture.get()
            } catch {
                // It is closed, which is what was wanted.
                continue
            }
        }
    }
}
