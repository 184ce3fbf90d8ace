import Crypto
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Store

/// Who may see which page: sign-ins, their sessions, and what a form has to prove.
struct Access: Sendable {
    let credentials: Credentials
    let sessions: any Sessions
    let tries: SignInTries
    let now: @Sendable () -> Date
    /// Of this process, for forms where nobody signs in.
    private let processSecret = SymmetricKey(size: .bits256)

    init(
        credentials: Credentials,
        sessions: any Sessions,
        tries: SignInTries = SignInTries(),
        now: @escaping @Sendable () -> Date
    ) {
        self.credentials = credentials
        self.sessions = sessions
        self.tries = tries
        self.now = now
    }

    /// Whoever sends the request.
    ///
    /// - Parameter request: A token in it counts alone; the cookie is not looked at then.
    /// - Returns: `nil` when somebody has to sign in first.
    /// - Throws: The 403 answer when the role of whoever it is does not allow to read, or when sessions cannot be read.
    func visitor(_ request: Request) async throws -> Visitor? {
        if credentials.isEmpty {
            return Visitor(caller: .loopback, proof: .loopback, formToken: formToken(processSecret))
        }
        if request.headers[.authorization] != nil {
            let caller = try credentials.authenticate(request, for: .read)
            return Visitor(caller: caller, proof: .token, formToken: "")
        }
        guard let secret = SessionCookie.value(request.head), secret.utf8.count == Access.secretDigits,
            let session = try await openSession(secret), let caller = credentials.caller(named: session.token)
        else { return nil }
        guard caller.may(.read) else { throw notForReading(caller) }
        return Visitor(caller: caller, proof: .session, formToken: formToken(SymmetricKey(data: Data(secret.utf8))))
    }

    /// Begins a session for whoever presents a token.
    ///
    /// - Parameters:
    ///   - token: What was typed.
    ///   - address: Where from.
    /// - Returns: The secret for the cookie, or why there is none.
    /// - Throws: When the session cannot be written.
    func signIn(token: String, from address: String) async throws -> Result<String, Refused> {
        guard tries.mayTry(from: address) else { return .failure(.tooManyTries) }
        guard let caller = credentials.caller(token: token), let seal = credentials.seal(token: token) else {
            tries.failed(from: address)
            return .failure(.unknownToken)
        }
        guard caller.may(.read) else { return .failure(.notForReading(caller.name)) }
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { $0.map(Access.hex).joined() }
        let now = now()
        try await sessions.save(
            SessionRecord(id: id(secret), token: caller.name, seal: seal, createdAt: now, usedAt: now),
            now: now
        )
        return .success(secret)
    }

    /// Ends the session of the request, if it has one.
    func signOut(_ request: Request) async throws {
        guard let secret = SessionCookie.value(request.head) else { return }
        try await sessions.endSession(id(secret))
    }

    /// Why nobody is signed in.
    enum Refused: Error, Hashable {
        case unknownToken
        /// More than ``SignInTries/most`` a minute.
        case tooManyTries
        case notForReading(String)
    }

    private static let secretDigits = 64

    private func openSession(_ secret: String) async throws -> SessionRecord? {
        let now = now()
        guard var session = try await sessions.session(id(secret)), session.isOpen(at: now),
            credentials.seals(of: session.token).contains(session.seal)
        else { return nil }
        // To the minute, lest every page be a write.
        if now.timeIntervalSince(session.usedAt) >= 60 {
            session.usedAt = now
            try await sessions.save(session, now: now)
        }
        return session
    }

    private func id(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Data(secret.utf8))) }

    /// Tells the form token from everything else that is made of the secret.
    private func formToken(_ secret: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: Data("noroshi console form".utf8), using: secret).map(Access.hex).joined()
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private func notForReading(_ caller: Caller) -> Problem {
        Problem(
            .forbidden,
            detail: "The token '\(caller.name)' is for posting events and opens no page. Sign in with another."
        )
    }
}

extension Visitor {
    /// Whether a form carries this visitor's token; the time taken tells nothing about it.
    func accepts(_ token: String?) -> Bool {
        guard let token, token.utf8.count == formToken.utf8.count, formToken.isEmpty == false else { return false }
        return zip(token.utf8, formToken.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
