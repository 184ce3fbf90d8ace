package import HTTPTypes
import NIOCore

/// Keeps the web pages of others out of a server that asks nobody for a token.
///
/// Such a server listens on loopback only, but a page in a browser on the same machine reaches it all the same: by a name
/// of its own that it makes a name of 127.0.0.1 (DNS rebinding), or by a form, whose POST leaves without asking anybody.
/// Both show in the head, which a page cannot write: `Host` is then the page's name, and so is `Origin`; and where a browser
/// sends no `Origin`, `Sec-Fetch-Site` says whether another's page asks. This holds for every path, health endpoints included: whoever asks for those is on this machine and can ask 127.0.0.1, and an exception
/// would tell every page what runs here.
package struct LoopbackGate: Sendable {
    private let remedy: String

    /// - Parameter remedy: What the operator can do where a request under another name is meant, one sentence.
    package init(remedy: String) { self.remedy = remedy }

    /// Why a request is not let in.
    ///
    /// - Parameters:
    ///   - host: Its `Host`; `nil`, as HTTP/1.0 has it, is let in, for every browser sends one.
    ///   - headers: Its `Origin`, which browsers send along with what a page asks for, and its `Sec-Fetch-Site`.
    /// - Returns: A 421 for the host, a 403 for the page; `nil` when the request may come in.
    package func refusal(host: String?, headers: HTTPFields) -> Problem? {
        if let host, LoopbackGate.isLoopback(authority: host) == false {
            return Problem(
                .misdirectedRequest,
                detail: """
                    Requests are taken for 127.0.0.1, localhost or [::1] only, and this one is for \
                    '\(RequestIdentity.printable(host, limit: 128))': since no token is asked for, a web page could send \
                    it under a name of its own. \(remedy)
                    """
            )
        }
        if let origin = headers[.origin], LoopbackGate.isLoopback(origin: origin) == false {
            return Problem(
                .forbidden,
                detail: """
                    The request comes from a web page of '\(RequestIdentity.printable(origin, limit: 128))', and since no \
                    token is asked for, only pages of this machine may send any. \(remedy)
                    """
            )
        }
        // Fetch Metadata Request Headers §2.4. Several values are none of these.
        if let site = headers[.secFetchSite], site != "same-origin", site != "none" {
            return Problem(
                .forbidden,
                detail: """
                    The request comes from a web page of another origin (Sec-Fetch-Site: \
                    \(RequestIdentity.printable(site, limit: 64))), and since no token is asked for, only pages of this \
                    server may send any. \(remedy)
                    """
            )
        }
        return nil
    }

    /// `http://HOST:PORT` (RFC 6454 §6.1); `null` and everything else is no loopback origin.
    private static func isLoopback(origin: String) -> Bool {
        let origin = origin.lowercased()
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return isLoopback(authority: origin.dropFirst(scheme.count))
        }
        return false
    }

    /// `HOST` or `HOST:PORT`: `localhost` and names below it (RFC 6761 §6.3), 127.0.0.0/8, `[::1]`.
    package static func isLoopback(authority: some StringProtocol) -> Bool {
        // Asked of every request, and nearly always one of these.
        if plainHosts.contains(where: { isHost($0, authority.utf8) }) { return true }
        // Before anything is folded: a letter of another script may become one of these.
        guard authority.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        var host = authority.lowercased()[...]
        if let colon = host.lastIndex(of: ":"), host.hasSuffix("]") == false {
            guard host[host.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return false
            }
            host = host[..<colon]
        }
        guard host.hasPrefix("[") else { return host.contains(":") == false && isLoopback(host: String(host)) }
        return host == "[::1]"
    }

    private static let plainHosts = [Array("127.0.0.1".utf8), Array("localhost".utf8)]

    /// Whether an authority is a host as it is written, alone or with a port.
    private static func isHost(_ host: [UInt8], _ authority: some Collection<UInt8>) -> Bool {
        guard authority.starts(with: host) else { return false }
        let rest = authority.dropFirst(host.count)
        return rest.isEmpty
            || rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether a name or an address without brackets means this machine alone.
    ///
    /// - Parameter host: In lower case.
    /// - Returns: True for `localhost` and names below it, 127.0.0.0/8 and `::1`.
    package static func isLoopback(host: String) -> Bool {
        if host == "::1" { return true }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        // Only what is a name: a browser that reads `evil#.localhost` otherwise would send it where it likes.
        guard labels.allSatisfy(isLabel) else { return false }
        if labels.last == "localhost" { return true }
        // Never a name that begins like an address, such as 127.0.0.1.example.com.
        return host.hasPrefix("127.") && (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    /// Letters, digits and hyphens (RFC 1123 §2.1), in lower case.
    private static func isLabel(_ label: Substring) -> Bool {
        label.isEmpty == false
            && label.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Credentials {
    /// What stands before a server that knows no token; `nil` when there are tokens, which no page can present.
    var gate: LoopbackGate? {
        guard isEmpty else { return nil }
        return LoopbackGate(remedy: "Ask for 127.0.0.1, or set NOROSHI_TOKEN and present it.")
    }
}
