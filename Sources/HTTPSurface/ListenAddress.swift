package import Hummingbird
import NIOCore

/// Where the server listens: `HOST:PORT`, with an IPv6 address in brackets (`[::1]:8080`).
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without brackets.
    package let host: String
    /// 0...65535; 0 lets the system choose.
    package let port: Int

    /// - Parameter text: `HOST:PORT`.
    /// - Throws: ``ListenAddressError`` that says how an address is written.
    package init(_ text: String) throws(ListenAddressError) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else {
            throw ListenAddressError(
                text,
                "write HOST:PORT, for example 127.0.0.1:8080, or 0.0.0.0:8080 for every address"
            )
        }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else {
            throw ListenAddressError(text, "the port after the last ':' must be a number from 0 to 65535")
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), ListenAddress.address(String(host)) != nil else {
                throw ListenAddressError(
                    text,
                    "what stands in brackets must be an IPv6 address, for example [::1]:8080"
                )
            }
        } else if host.contains(":") {
            throw ListenAddressError(text, "an IPv6 address stands in brackets, for example [::1]:8080")
        }
        guard host.utf8.allSatisfy({ ListenAddress.isHostByte($0) }), host.isEmpty == false else {
            throw ListenAddressError(text, "the host may hold letters, digits, '.', '-' and, in brackets, ':'")
        }
        self.host = String(host)
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package var bindAddress: BindAddress { .hostname(host, port: port) }

    /// Whether only this machine can reach it: 127.0.0.0/8, ::1 (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3), `localhost` (RFC 6761 §6.3).
    package var isLoopback: Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = ListenAddress.address(host) else { return false }
        return address.contains(":") ? address == "::1" : address.hasPrefix("127.")
    }

    /// Refuses an address that others can reach while nobody has to prove anything.
    ///
    /// - Parameter credentials: What is configured.
    /// - Throws: ``ListenAddressError`` that names both ways out.
    package func require(_ credentials: Credentials) throws(ListenAddressError) {
        guard credentials.isEmpty, isLoopback == false else { return }
        throw ListenAddressError(
            description,
            """
            no token is configured, so the server listens on loopback only. Set NOROSHI_TOKEN (for example to the output \
            of 'openssl rand -hex 32') or NOROSHI_TOKEN_FILE, or listen on 127.0.0.1:\(port)
            """
        )
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// The numeric address in its shortest spelling, `nil` when the text is a name.
    private static func address(_ text: String) -> String? {
        // A text that is no address is a host name here, not an error.
        (try? SocketAddress(ipAddress: text, port: 0))?.ipAddress
    }
}

/// Why an address cannot be listened on, and what can be done.
package struct ListenAddressError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ address: String, _ reason: String) { description = "cannot listen on '\(address)': \(reason)" }
}
