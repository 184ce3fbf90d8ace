import Crypto
import FoundationEssentials
package import HTTPTypes
package import Hummingbird
import Synchronization

/// The tokens that let a request in; several at once, so that one can be replaced without an interruption.
///
/// Only their SHA-256 digests are kept. A presented token is hashed and compared with every digest, all bytes of each,
/// so that the time taken tells nothing about any of them. Copies share the tokens, so that ``replace(with:)`` reaches whoever
/// holds one.
package struct Credentials: Sendable {
    /// A token's name, role and digest.
    struct Entry: Sendable, Hashable {
        let name: String
        let role: Role?
        let digest: [UInt8]

        var caller: Caller { Caller(name: name, role: role) }
    }

    private final class Storage: Sendable {
        let entries: Mutex<[Entry]>

        init(_ entries: [Entry]) { self.entries = Mutex(entries) }
    }

    private let storage: Storage
    private let apiKeyHeader: HTTPField.Name

    /// Nobody has to prove anything; the server listens on loopback only.
    package static var none: Credentials { Credentials(tokens: []) }

    /// - Parameters:
    ///   - tokens: Name and secret of each; names are shown in logs and journals.
    ///   - roles: What a token is for, by its name; one that is not named may do everything.
    ///   - apiKeyHeader: The header that carries an API key, as an EventBridge connection lets one choose.
    package init(
        tokens: [(name: String, secret: String)],
        roles: [String: Role] = [:],
        apiKeyHeader: HTTPField.Name = HTTPField.Name(constant: "X-Api-Key")
    ) {
        storage = Storage(
            tokens.map { Entry(name: $0.name, role: roles[$0.name], digest: Credentials.digest($0.secret)) }
        )
        self.apiKeyHeader = apiKeyHeader
    }

    var entries: [Entry] { storage.entries.withLock { $0 } }

    package var isEmpty: Bool { entries.isEmpty }

    /// Whether the same tokens are known under the same names.
    package func isSame(as other: Credentials) -> Bool { entries == other.entries }

    /// Lets in whoever presents one of other tokens from now on, and nobody else.
    ///
    /// - Parameter other: At least one token, for without any the server would have to listen on loopback only.
    package func replace(with other: Credentials) {
        let entries = other.entries
        guard entries.isEmpty == false else { return }
        storage.entries.withLock { $0 = entries }
    }

    /// The names of the tokens, in the order given.
    package var names: [String] { entries.map(\.name) }

    /// The names of the tokens that may do everything, since no role is given to them.
    package var namesWithoutRole: [String] { entries.filter { $0.role == nil }.map(\.name) }

    /// Who presents this token; `nil` when it is not known.
    package func caller(token: String) -> Caller? { entry(token: Data(token.utf8), entries)?.caller }

    /// Whoever a token of this name is, when there is one.
    package func caller(named name: String) -> Caller? { entries.first { $0.name == name }?.caller }

    /// What ``seals(of:)`` has of this very token; `nil` when it is not known.
    package func seal(token: String) -> [UInt8]? {
        entry(token: Data(token.utf8), entries).map { Array(SHA256.hash(data: $0.digest)) }
    }

    /// What tells the token of this name from any other, and nothing about it: SHA-256 of its digest, 32 bytes. Bound to
    /// it, a session ends with its token.
    ///
    /// - Returns: One for each token of the name, for several may share one while it is rotated.
    package func seals(of name: String) -> [[UInt8]] {
        entries.filter { $0.name == name }.map { Array(SHA256.hash(data: $0.digest)) }
    }

    /// Whether a token of this name is known that has this seal.
    package func holds(_ name: String, seal: [UInt8]) -> Bool { seals(of: name).contains(seal) }

    /// Whose token the request presents, whatever the scheme; `nil` when it presents none that is known.
    ///
    /// Understood are `Authorization: Bearer`, `Authorization: Basic` (the password is the token, the user name may be
    /// anything, because EventBridge and SNS insist on one), the API key header, and `X-Amz-Firehose-Access-Key`.
    package func caller(presenting headers: HTTPFields) -> Caller? {
        let entries = entries
        guard entries.isEmpty == false else { return .loopback }
        if let authorization = headers[.authorization], let caller = caller(authorization: authorization, entries) {
            return caller
        }
        if let key = headers[apiKeyHeader], let caller = caller(token: key, entries) { return caller }
        if let key = headers[.firehoseAccessKey], let caller = caller(token: key, entries) { return caller }
        return nil
    }

    /// Whose token the request presents.
    ///
    /// - Parameters:
    ///   - request: The request; only its head is read.
    ///   - deed: What it is about to do.
    /// - Returns: The caller, ``Caller/loopback`` when no credential is configured.
    /// - Throws: The 401 answer, or the 403 answer when the token's role is for something else. EventBridge sends again
    ///   after a 401, and SNS sends its Basic credentials only after one (EventBridge user guide, "API destinations"; SNS
    ///   developer guide, "HTTP/HTTPS endpoints").
    package func authenticate(_ request: Request, for deed: Deed) throws(Problem) -> Caller {
        guard let caller = caller(presenting: request.headers) else { throw unauthorized(because: nil) }
        guard let role = caller.role, role.allows(deed) == false else { return caller }
        throw Problem(
            .forbidden,
            detail: """
                The token '\(caller.name)' has the role \(role.rawValue) and may not \(deed.words). Present another, or \
                give this one another role (NOROSHI_ROLE_NAME).
                """
        )
    }

    /// The 401 answer, with every scheme that would do.
    ///
    /// - Parameter reason: Why no token was needed until now, one clause; `nil` to say only what is missing.
    /// - Returns: The answer.
    package func unauthorized(because reason: String?) -> Problem {
        var headers = HTTPFields()
        headers.append(HTTPField(name: .wwwAuthenticate, value: #"Bearer realm="noroshi""#))
        headers.append(HTTPField(name: .wwwAuthenticate, value: #"Basic realm="noroshi", charset="UTF-8""#))
        return Problem(
            .unauthorized,
            detail: """
                No valid token was presented\(reason.map { ", and \($0)" } ?? ""). Send one as 'Authorization: Bearer \
                TOKEN', as the password of Basic authentication, in \(apiKeyHeader.rawName), or as Firehose's access key.
                """,
            headers: headers
        )
    }

    /// RFC 6750 §2.1 and RFC 7617 §2; the scheme's case does not matter (RFC 9110 §11.1).
    private func caller(authorization: String, _ entries: [Entry]) -> Caller? {
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2 else { return nil }
        let value = parts[1].drop { $0 == " " }
        switch parts[0].lowercased() {
        case "bearer": return caller(token: String(value), entries)
        case "basic":
            guard let data = Data(base64Encoded: String(value)), let colon = data.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            return entry(token: data[data.index(after: colon)...], entries)?.caller
        default: return nil
        }
    }

    private func caller(token: String, _ entries: [Entry]) -> Caller? {
        entry(token: Data(token.utf8), entries)?.caller
    }

    private func entry(token: Data, _ entries: [Entry]) -> Entry? {
        let presented = Array(SHA256.hash(data: token))
        var found: Int?
        for (index, entry) in entries.enumerated() {
            var difference: UInt8 = 0
            for (left, right) in zip(presented, entry.digest) { difference |= left ^ right }
            if difference == 0 { found = index }
        }
        return found.map { entries[$0] }
    }

    private static func digest(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }
}
