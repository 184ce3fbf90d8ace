import Foundation
import Glibc

/// A connection of its own on which somebody listens for changes.
struct StreamConnection: Sendable {
    struct Refused: Error { let code: Int32 }

    let status: Int
    private let descriptor: Int32

    /// Opens connections one after another, on a thread of their own, since the server needs those of the tests.
    static func open(_ count: Int, port: Int) async throws -> [StreamConnection] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try (0..<count).map { _ in try StreamConnection(port: port) } })
            }
        }
    }

    private init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        guard isConnected else { throw Refused(code: errno) }
        let request = Array("GET /api/v1/stream?topics=rules HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".utf8)
        guard write(descriptor, request, request.count) == request.count else { throw Refused(code: errno) }
        // Up to the end of the head.
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while head.suffix(4) != [13, 10, 13, 10] {
            guard read(descriptor, &byte, 1) == 1 else { throw Refused(code: errno) }
            head.append(byte)
        }
        status = Int(String(decoding: head.dropFirst(9).prefix(3), as: UTF8.self)) ?? 0
    }

    /// - Parameter isCutOff: Whether the other side gets a reset in place of a goodbye.
    func end(isCutOff: Bool) {
        var linger = linger(l_onoff: isCutOff ? 1 : 0, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close(descriptor)
    }
}
