import Findings
import Glibc

/// A client's connection and the one to the server that belongs to it.
///
/// Used by the proxy's thread alone.
final class ProxiedConnection {
    private let client: Int32
    private let server: Int32
    private(set) var isClosed = false
    /// What the client has sent of a request whose end has not come.
    private var begun: [UInt8] = []
    /// What of ``begun`` was looked at.
    private var looked = 0
    private var isStarted = false
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    /// What the server has said of a message whose end has not come; kept only while an answer is waited for to be lost.
    private var unheard: [UInt8]?
    private var clientEnded = false
    private var serverEnded = false

    private static let mostBuffered = 4 << 20

    init(client: Int32, server: Int32) {
        (self.client, self.server) = (client, server)
    }

    func close() {
        guard isClosed == false else { return }
        isClosed = true
        Glibc.close(client)
        Glibc.close(server)
    }

    /// Of the client and of the server, in this order.
    var interests: [pollfd] {
        func interest(_ descriptor: Int32, reads: Bool, writes: Bool) -> pollfd {
            let events = Int16(reads ? POLLIN : 0) | Int16(writes ? POLLOUT : 0)
            // Nothing is asked of a negative one (poll(2)), not even whether it is gone.
            return pollfd(fd: events == 0 ? -1 : descriptor, events: events, revents: 0)
        }
        let limit = ProxiedConnection.mostBuffered
        return [
            interest(client, reads: clientEnded == false && toServer.count < limit, writes: toClient.isEmpty == false),
            interest(server, reads: serverEnded == false && toClient.count < limit, writes: toServer.isEmpty == false),
        ]
    }

    /// Does what the two are ready for.
    func serve(client clientEvents: Int16, server serverEvents: Int16, _ proxy: CuttingProxy) {
        let readable = Int16(POLLIN) | Int16(POLLHUP) | Int16(POLLERR)
        if clientEvents & readable != 0, clientEnded == false {
            guard let bytes = received(client) else { return close() }
            if bytes.isEmpty { clientEnded = true } else { begun += bytes }
            passRequests(proxy)
            if isClosed { return }
        }
        if serverEvents & readable != 0, serverEnded == false {
            guard let bytes = received(server) else { return close() }
            if bytes.isEmpty { serverEnded = true }
            passAnswer(bytes)
            if isClosed { return }
        }
        guard send(&toServer, to: server), send(&toClient, to: client) else { return close() }
        // Whoever ends has said everything; what it said is passed on before.
        if clientEnded, toServer.isEmpty { return close() }
        if serverEnded, toClient.isEmpty { return close() }
    }

    /// Passes on what the client has said up to the end of the last request.
    private func passRequests(_ proxy: CuttingProxy) {
        while let message = nextMessage() {
            looked = message.end
            // Parse, Bind, Describe, Execute and Close wait for the Sync after them.
            guard "PBDEC".utf8.contains(message.type) == false else { continue }
            if "SQ".utf8.contains(message.type) {
                switch proxy.counted() {
                case .request: return close()
                case .answer: unheard = []
                case nil: break
                }
            }
            toServer += begun[..<looked]
            begun.removeFirst(looked)
            looked = 0
        }
    }

    /// The next whole message after what was looked at: a byte for its type, but for what comes first on a connection, and
    /// four for its length, themselves among what is counted.
    private func nextMessage() -> (type: UInt8, end: Int)? {
        let head = isStarted ? 1 : 0
        guard let length = ProxiedConnection.length(in: begun, at: looked + head) else { return nil }
        let end = looked + head + length
        guard begun.count >= end else { return nil }
        guard isStarted == false else { return (begun[looked], end) }
        // Requests for encryption and for cancelling have codes of their own (1234 in the upper half).
        isStarted = length >= 8 && begun[4] == 0 && begun[5] == 3
        return (0, end)
    }

    private static func length(in bytes: [UInt8], at place: Int) -> Int? {
        guard bytes.count >= place + 4 else { return nil }
        return bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private func passAnswer(_ bytes: [UInt8]) {
        guard var unheard else {
            toClient += bytes
            return
        }
        unheard += bytes
        while let length = ProxiedConnection.length(in: unheard, at: 1), unheard.count >= length + 1 {
            // ReadyForQuery: everything is done.
            if unheard[0] == UInt8(ascii: "Z") { return close() }
            unheard.removeFirst(length + 1)
        }
        self.unheard = unheard
    }

    /// - Returns: Nothing when the other side has ended; `nil` when the connection is lost.
    private func received(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { return nil }
        return Array(bytes.prefix(count))
    }

    private func send(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
        guard bytes.isEmpty == false else { return true }
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count >= 0 else { return errno == EAGAIN }
        bytes.removeFirst(count)
        return true
    }
}
