import Foundation
import Glibc
import Synchronization

/// Stands between clients and a PostgreSQL server, and can lose what passes between them, or keep it back.
///
/// It knows where a request ends (PostgreSQL 15, 55.7 "Message Formats": `Sync` or `Query`), passes each on as a whole, and
/// counts them over all connections. It listens on a free port of 127.0.0.1, without TLS.
package final class CuttingProxy: Sendable {
    /// What is lost when it cuts.
    package enum Loss: String, Sendable, CaseIterable {
        /// The request: the server never sees any of it.
        case request
        /// The answer: the server has done what was asked, and nobody is told.
        case answer
    }

    /// What it does with connections.
    package enum Passage: Sendable {
        case open
        /// Connections stay, new ones come about, and nothing passes in either direction, not even that one side has closed.
        /// What was said meanwhile passes once it is open again.
        case stalled
        /// Every connection is closed, and new ones at once.
        case closed
    }

    struct State {
        var passage = Passage.open
        var counted = 0
        var cut: (number: Int, loss: Loss)?
        var cuts = 0
        var isEnded = false
    }

    let state = Mutex(State())
    private let wake: (read: Int32, write: Int32)
    /// Of 127.0.0.1.
    package let port: Int

    /// - Parameter server: The path of the server's socket.
    /// - Throws: When it cannot listen.
    package init(to server: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ProxyError(doing: "make a pipe") }
        for end in ends { LoopbackSocket.prepare(end) }
        wake = (ends[0], ends[1])
        let (listener, port) = try LoopbackSocket.listening()
        self.port = port
        let loop = ProxyLoop(listener: listener, wake: ends[0], server: server)
        // Weak, so that whoever drops the proxy ends it.
        let thread = Thread { [weak self] in
            while let proxy = self, loop.turn(proxy) {}
            loop.end()
        }
        thread.name = "cutting-proxy"
        thread.start()
    }

    /// The server of the tests.
    package convenience init(to server: PostgresServer) throws {
        try self.init(to: server.socket)
    }

    deinit {
        close(wake.write)
    }

    /// As libpq takes it.
    package var address: String {
        "host=127.0.0.1 port=\(port) user=noroshi dbname=postgres sslmode=disable gssencmode=disable"
    }

    /// How many requests were seen since ``cut(at:losing:)``, the one that was cut among them.
    package var count: Int { state.withLock(\.counted) }

    /// How often it has cut.
    package var cuts: Int { state.withLock(\.cuts) }

    /// Counts anew, and cuts the connection over which the request of that number goes; once.
    ///
    /// - Parameters:
    ///   - number: 1 or more; `nil` counts only.
    ///   - loss: What is lost of it.
    package func cut(at number: Int?, losing loss: Loss = .answer) {
        state.withLock { state in
            state.counted = 0
            state.cut = number.map { ($0, loss) }
        }
    }

    /// From now on; connections that are open are told at once.
    package func set(_ passage: Passage) {
        state.withLock { $0.passage = passage }
        var byte: UInt8 = 0
        _ = write(wake.write, &byte, 1)
    }

    /// Counts a request.
    ///
    /// - Returns: What to lose of it.
    func counted() -> Loss? {
        state.withLock { state in
            state.counted += 1
            guard let cut = state.cut, cut.number == state.counted else { return nil }
            state.cut = nil
            state.cuts += 1
            return cut.loss
        }
    }
}

/// What the proxy's thread works on; nothing of it is seen by another one.
///
/// `@unchecked`: it is handed to the thread when it starts.
private final class ProxyLoop: @unchecked Sendable {
    private let listener: Int32
    private let wake: Int32
    private let server: String
    private var pairs: [ProxiedConnection] = []

    init(listener: Int32, wake: Int32, server: String) {
        (self.listener, self.wake, self.server) = (listener, wake, server)
    }

    /// Waits for something and does it.
    ///
    /// - Returns: Whether there is more to come.
    func turn(_ proxy: CuttingProxy) -> Bool {
        let passage = proxy.state.withLock(\.passage)
        if passage == .closed {
            for pair in pairs { pair.close() }
            pairs = []
        }
        var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        if passage != .stalled {
            polled.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            for pair in pairs { polled += pair.interests }
        }
        // Not for ever: the proxy is held while it waits.
        guard poll(&polled, nfds_t(polled.count), 100) > 0 else { return true }
        if polled[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(wake, &bytes, bytes.count) > 0 {}
            return true
        }
        guard passage != .stalled else { return true }
        for (place, pair) in pairs.enumerated() {
            pair.serve(client: polled[2 + 2 * place].revents, server: polled[3 + 2 * place].revents, proxy)
        }
        pairs.removeAll(where: \.isClosed)
        if polled[1].revents != 0 { take(passage) }
        return true
    }

    private func take(_ passage: CuttingProxy.Passage) {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        LoopbackSocket.prepare(client)
        guard passage == .open, let server = LoopbackSocket.connected(toPath: server) else {
            close(client)
            return
        }
        pairs.append(ProxiedConnection(client: client, server: server))
    }

    func end() {
        for pair in pairs { pair.close() }
        close(listener)
        close(wake)
    }
}

/// What the system refused.
struct ProxyError: Error, CustomStringConvertible {
    let description: String

    init(doing: String) { description = "cannot \(doing): \(String(cString: strerror(errno)))" }
}
