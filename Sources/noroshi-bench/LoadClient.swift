import Foundation
import Glibc
import NIOCore

/// Posts bodies over a fixed number of keep-alive connections from one thread, each connection one request at a time.
///
/// It shares the machine with the server it measures, so it does as little as it can: sockets, poll(2), and of an answer
/// only the status and the length.
struct LoadClient: Sendable {
    let host: String
    let port: Int
    let path: String
    var method = "POST"

    /// What a load did. Times are in nanoseconds of a monotonic clock.
    struct Result: Sendable {
        var seconds: Double
        /// How many answers had each status; 0 stands for a connection that broke.
        var statuses: [Int: Int]
        /// From the first byte written to the last byte of the answer, sorted.
        var latencies: [Int64]
        /// The body of the answer that came last.
        var lastBody: String

        var perSecond: Double { Double(latencies.count) / seconds }

        /// The latency in milliseconds that this share (0...1) of the requests did not exceed.
        func milliseconds(at share: Double) -> Double {
            guard latencies.isEmpty == false else { return 0 }
            let index = min(latencies.count - 1, Int(share * Double(latencies.count)))
            return Double(latencies[index]) / 1_000_000
        }
    }

    /// Nobody listens at the address.
    struct CannotConnect: Error {}

    /// Posts every body once and returns when all are answered.
    ///
    /// - Parameters:
    ///   - bodies: Taken in order by whichever connection is free.
    ///   - connections: 1 or more.
    ///   - pace: The moment (nanoseconds after the start) at which the body of this index may be sent at the earliest.
    /// - Returns: How long it took and what was answered.
    /// - Throws: ``CannotConnect``.
    func post(
        _ bodies: [ByteBuffer],
        connections: Int,
        pace: (@Sendable (Int) -> Int64)? = nil
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Swift.Result { () throws -> Result in
                        var load = try Load(client: self, bodies: bodies, connections: connections, pace: pace)
                        return load.run()
                    }
                )
            }
        }
    }
}

/// One run of a ``LoadClient``, on its own thread.
private struct Load {
    private let client: LoadClient
    private let bodies: [ByteBuffer]
    private let pace: (@Sendable (Int) -> Int64)?
    private var connections: [LoadConnection] = []
    private var polls: [pollfd] = []
    private var next = 0
    private var statuses: [Int: Int] = [:]
    private var latencies: [Int64] = []
    private var lastBody = ""
    private let started: Int64

    init(
        client: LoadClient,
        bodies: [ByteBuffer],
        connections: Int,
        pace: (@Sendable (Int) -> Int64)?
    ) throws {
        self.client = client
        self.bodies = bodies
        self.pace = pace
        latencies.reserveCapacity(bodies.count)
        for _ in 0..<connections {
            let connection = try LoadConnection(host: client.host, port: client.port)
            self.connections.append(connection)
            polls.append(pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0))
        }
        started = monotonicNow()
    }

    mutating func run() -> LoadClient.Result {
        var open = connections.count
        for index in connections.indices where sendNext(index) == false { open -= 1 }
        while open > 0 {
            poll(&polls, nfds_t(polls.count), timeout())
            for index in polls.indices {
                if polls[index].revents != 0 {
                    if advance(index) == false { open -= 1 }
                } else if let due = connections[index].due, due <= monotonicNow() {
                    if send(index) == false { open -= 1 }
                }
            }
        }
        let seconds = Double(monotonicNow() - started) / 1_000_000_000
        latencies.sort()
        return LoadClient.Result(seconds: seconds, statuses: statuses, latencies: latencies, lastBody: lastBody)
    }

    /// Milliseconds until the next paced request; without a pace there is always an answer to wait for.
    private func timeout() -> Int32 {
        guard pace != nil, let due = connections.compactMap(\.due).min() else { return -1 }
        return Int32(clamping: max(0, (due - monotonicNow() + 500_000) / 1_000_000))
    }

    /// Goes on with a connection that can be read or written; false when it is done.
    private mutating func advance(_ index: Int) -> Bool {
        if polls[index].revents & Int16(POLLOUT) != 0 { return flush(index) }
        switch connections[index].receive() {
        case .incomplete: return true
        case .broken: return end(index, broken: true)
        case .answer(let status, let body):
            statuses[status, default: 0] += 1
            latencies.append(monotonicNow() - connections[index].sentAt)
            if next >= bodies.count { lastBody = connections[index].text(body) }
            return sendNext(index)
        }
    }

    private mutating func sendNext(_ index: Int) -> Bool {
        guard next < bodies.count else { return end(index, broken: false) }
        connections[index].prepare(bodies[next], client: client)
        let due = pace.map { started + $0(next) }
        next += 1
        if let due, due > monotonicNow() {
            connections[index].due = due
            return true
        }
        return send(index)
    }

    private mutating func send(_ index: Int) -> Bool {
        connections[index].due = nil
        connections[index].sentAt = monotonicNow()
        return flush(index)
    }

    private mutating func flush(_ index: Int) -> Bool {
        switch connections[index].flush() {
        case .done: polls[index].events = Int16(POLLIN)
        case .blocked: polls[index].events = Int16(POLLOUT)
        case .broken: return end(index, broken: true)
        }
        return true
    }

    /// Closes the connection; poll(2) leaves out negative descriptors.
    private mutating func end(_ index: Int, broken: Bool) -> Bool {
        if broken { statuses[0, default: 0] += 1 }
        close(polls[index].fd)
        polls[index].fd = -1
        polls[index].revents = 0
        connections[index].due = nil
        return false
    }
}

/// Nanoseconds of the clock that ``Sink`` uses too.
private func monotonicNow() -> Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }
