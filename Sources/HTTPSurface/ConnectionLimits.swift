import Glibc
package import NIOCore

/// What one connection may take of the server's time, and how many there may be.
package struct ConnectionLimits: Sendable, Hashable {
    /// How long a connection may say nothing between two requests or within one, and how long it may leave an answer
    /// unread. Longer than the pause between two events of a busy sender, shorter than what a NAT forgets.
    package var idle = TimeAmount.seconds(75)
    /// How long a body may take, however slowly it comes.
    package var bodyGrace = TimeAmount.seconds(10)
    /// What a body must bring on the average to take longer than the grace, in bytes a second.
    package var bodyRate = 4_096
    /// How long a body may take, however much of it there is. A sender that knows of an end waits no longer: Firehose for
    /// three minutes, EventBridge for five seconds.
    package var body = TimeAmount.seconds(180)
    /// How long a connection on which the server ended its side may go on sending: so that its client reads the answer,
    /// which a reset would take from it.
    package var linger = TimeAmount.seconds(2)
    /// How long a server that shuts down waits for what a client has not sent, or not read.
    package var drainForClients = TimeAmount.seconds(2)
    /// How long it waits for its own answers.
    package var drainForAnswers = TimeAmount.seconds(8)
    /// How many connections may be open at once.
    package var connections: Int

    package init(connections: Int = ConnectionLimits.connections(descriptors: ConnectionLimits.descriptors)) {
        self.connections = connections
    }

    /// How many connections may be open beside what delivery and the store need of the process's descriptors.
    ///
    /// - Parameter descriptors: How many descriptors the process may have.
    /// - Returns: 16...4096.
    package static func connections(descriptors: Int) -> Int {
        let kept = max(64, min(descriptors / 4, 1_024))
        return min(4_096, max(16, descriptors - kept))
    }

    /// How many descriptors the process may have (getrlimit(2), RLIMIT_NOFILE).
    static var descriptors: Int {
        var limit = rlimit()
        // 1,024 is what Linux gives a process that nobody gave another number.
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(min(limit.rlim_cur, 1 << 20))
    }

    /// When a body that is not there yet has taken too long.
    ///
    /// - Parameters:
    ///   - begin: When its request's head was there.
    ///   - bytes: How much of it has come.
    /// - Returns: The moment.
    func bodyDeadline(_ begin: NIODeadline, bytes: Int) -> NIODeadline {
        let earned = TimeAmount.milliseconds(Int64(bytes) * 1_000 / Int64(max(1, bodyRate)))
        return begin + min(body, bodyGrace + earned)
    }
}
