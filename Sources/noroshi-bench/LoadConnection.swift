import Glibc
import NIOCore

/// One keep-alive connection of a load: a request that is on its way, and as much of the answer as has come.
struct LoadConnection {
    let descriptor: Int32
    /// When the prepared request may be sent; `nil` when it was.
    var due: Int64?
    var sentAt: Int64 = 0
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var incoming: [UInt8] = []
    private var length = 0

    enum Flush { case done, blocked, broken }

    enum Received {
        case incomplete, broken
        case answer(status: Int, body: Range<Int>)
    }

    init(host: String, port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw LoadClient.CannotConnect()
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        self.descriptor = descriptor
        incoming = [UInt8](repeating: 0, count: 65_536)
    }

    mutating func prepare(_ body: ByteBuffer, client: LoadClient) {
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
        let head = """
            \(client.method) \(client.path) HTTP/1.1\r\nhost: \(client.host):\(client.port)\r\n\
            content-length: \(body.readableBytes)\r\ncontent-type: application/json\r\n\r\n
            """
        outgoing.append(contentsOf: head.utf8)
        outgoing.append(contentsOf: body.readableBytesView)
    }

    mutating func flush() -> Flush {
        while sent < outgoing.count {
            let count = outgoing.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return errno == EAGAIN ? .blocked : .broken }
            sent += count
        }
        return .done
    }

    mutating func receive() -> Received {
        if length == incoming.count { incoming += [UInt8](repeating: 0, count: incoming.count) }
        let start = length
        let count = incoming.withUnsafeMutableBytes {
            recv(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start, 0)
        }
        guard count > 0 else { return count < 0 && errno == EAGAIN ? .incomplete : .broken }
        length += count
        guard let head = AnswerHead(incoming[..<length]) else { return .incomplete }
        guard let bodyLength = head.contentLength else { return .broken }
        guard length >= head.end + bodyLength else { return .incomplete }
        length = 0
        return .answer(status: head.status, body: head.end..<head.end + bodyLength)
    }

    /// A part of the answer that was just received.
    func text(_ range: Range<Int>) -> String { String(decoding: incoming[range], as: UTF8.self) }
}

/// What a client must know of an answer's head to find the next one (RFC 9112 §6.3); chunked answers are not expected.
private struct AnswerHead {
    let status: Int
    let contentLength: Int?
    let end: Int

    private static let name = Array("content-length:".utf8)

    /// `nil` until the whole head is there.
    init?(_ bytes: ArraySlice<UInt8>) {
        var lineStart = 0
        var contentLength: Int?
        var at = 0
        while at < bytes.endIndex {
            guard bytes[at] == UInt8(ascii: "\n") else {
                at += 1
                continue
            }
            if at - lineStart <= 1 {
                status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1 & 0x0F) }
                self.contentLength = contentLength
                end = at + 1
                return
            }
            if bytes[lineStart] | 0x20 == UInt8(ascii: "c"), let length = AnswerHead.length(bytes[lineStart..<at]) {
                contentLength = length
            }
            at += 1
            lineStart = at
        }
        return nil
    }

    private static func length(_ line: ArraySlice<UInt8>) -> Int? {
        guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { return nil }
        return line.dropFirst(name.count).reduce(0) { (48...57).contains($1) ? $0 * 10 + Int($1 - 48) : $0 }
    }
}
