import Crypto
import FoundationEssentials
package import HTTPTypes
package import Logging
import Routing

/// People whom a proxy in front has signed in, and names in a header of each request.
///
/// The proxy is known by the address at the other end of the connection, and by nothing that a request says: whoever can reach
/// the server can write any header. A request that brings the header from elsewhere is refused, not taken for one without.
package struct ProxySignIn: Sendable {
    let userHeader: HTTPField.Name
    let groupsHeader: HTTPField.Name?
    /// What the proxy has to present beside, for machines that it shares with others.
    let secret: Secret?
    let proxies: [CIDRBlock]
    let roles: ProxyRoles

    struct Secret: Sendable {
        var header: HTTPField.Name
        /// SHA-256 of it.
        var digest: [UInt8]
    }

    /// What follows the user's name where their actions are recorded.
    package static let suffix = "@proxy"
    private static let longestName = 200
    private static let longestGroups = 16_384

    /// Refuses a proxy beside a door that stands open: what it lets through without a name would come from this machine.
    ///
    /// - Parameter credentials: What is configured.
    /// - Throws: ``ProxySignInError``.
    package func require(_ credentials: Credentials) throws(ProxySignInError) {
        guard credentials.isEmpty else { return }
        throw ProxySignInError(
            """
            no token is configured, so that whoever reaches the server may do everything, whomever the proxy names. Set \
            NOROSHI_TOKEN (for example to the output of 'openssl rand -hex 32') or NOROSHI_TOKEN_FILE
            """
        )
    }

    /// Whom the proxy names.
    ///
    /// - Parameters:
    ///   - headers: Of the request.
    ///   - peer: The IP address at the other end of the connection.
    ///   - logger: Told when somebody else than a proxy names anybody.
    /// - Returns: `nil` when the request names nobody.
    /// - Throws: The 400 answer when a header stands there more than once, or under a name that some servers take for the same;
    ///   the 401 answer when it does not come from the proxy.
    package func caller(_ headers: HTTPFields, peer: String?, _ logger: Logger) throws(Problem) -> Caller? {
        guard let user = try value(of: userHeader, headers) else { return nil }
        guard isProxy(peer) else {
            logger.warning(
                "a request from an address that is not a proxy's names a user, and was refused",
                metadata: ["peer": .string(peer ?? "unknown"), "header": .string(userHeader.rawName)]
            )
            throw Problem(
                .unauthorized,
                detail: "\(userHeader.rawName) is taken from the proxy only, and this request does not come from there."
            )
        }
        if let secret {
            guard let given = try value(of: secret.header, headers), ProxySignIn.isSame(given, secret.digest) else {
                logger.warning(
                    "a request of a proxy names a user and does not present the proxy's token, and was refused",
                    metadata: ["peer": .string(peer ?? "unknown"), "header": .string(secret.header.rawName)]
                )
                throw Problem(
                    .unauthorized,
                    detail: "The proxy has to present its token in \(secret.header.rawName), and has not."
                )
            }
        }
        // What a proxy sends that asked nobody.
        guard user.isEmpty == false else { return nil }
        guard ProxySignIn.isName(user) else {
            throw Problem(
                .badRequest,
                detail: """
                    \(userHeader.rawName) names nobody who can be told from others: it may hold 1 to \
                    \(ProxySignIn.longestName) visible characters, without a comma.
                    """
            )
        }
        let groups = try groupsHeader.flatMap { name throws(Problem) in try value(of: name, headers) } ?? ""
        guard groups.utf8.count <= ProxySignIn.longestGroups else {
            throw Problem(.badRequest, detail: "\(groupsHeader?.rawName ?? "") is longer than groups may be.")
        }
        return Caller(name: user + ProxySignIn.suffix, role: roles.role(of: user, in: ProxySignIn.list(groups)))
    }

    /// The only value of a header.
    ///
    /// Some servers write `_` for `-` in names, or the other way round, so that a proxy that replaces `X-Forwarded-User` would
    /// pass `X_Forwarded_User` on as a client wrote it.
    private func value(of name: HTTPField.Name, _ headers: HTTPFields) throws(Problem) -> String? {
        let wanted = name.canonicalName.replacing("_", with: "-")
        let found = headers.filter { $0.name.canonicalName.replacing("_", with: "-") == wanted }
        guard let first = found.first else { return nil }
        guard found.count == 1, first.name == name else {
            throw Problem(
                .badRequest,
                detail: """
                    \(name.rawName) has to stand in the request once, and under this name only: who is meant cannot be \
                    told otherwise. Have the proxy remove what clients send.
                    """
            )
        }
        return first.value
    }

    private func isProxy(_ peer: String?) -> Bool {
        guard let peer, var address = CIDRBlock.address(peer.utf8) else { return false }
        // An IPv4 address as a socket of both families has it (RFC 4291 §2.5.5.2).
        if address.count == 16, address[..<10].allSatisfy({ $0 == 0 }), address[10] == 0xFF, address[11] == 0xFF {
            address = Array(address[12...])
        }
        return proxies.contains { $0.contains(address) }
    }

    /// Compares digests, all bytes of them, so that the time taken tells nothing.
    private static func isSame(_ given: String, _ digest: [UInt8]) -> Bool {
        zip(SHA256.hash(data: Data(given.utf8)), digest).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// A comma may have come of two headers that somebody put together; what is invisible makes two people look the same.
    private static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
                case .spaceSeparator: scalar == " "
                default: scalar != ","
                }
            }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { part in
            let begin = part.drop { $0.isWhitespace }
            return String(begin.reversed().drop { $0.isWhitespace }.reversed())
        }
    }
}
