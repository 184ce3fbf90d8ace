import Crypto
import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Store

/// Who may see which page: sign-ins, their sessions, and what a form has to prove.
struct Access: Sendable {
    let credentials: Credentials
    let sessions: any Sessions
    let tries: SignInTries
    /// Who is signed in by the proxy in front; `nil` when there is none.
    let proxy: ProxySignIn?
    /// Whom it has named.
    let visits: ProxyVisits
    let now: @Sendable () -> Date
    /// For forms where nobody signs in.
    private let formSecret: SymmetricKey

    init(
        credentials: Credentials,
        sessions: any Sessions,
        formSecret: FormSecret,
        tries: SignInTries = SignInTries(),
        proxy: ProxySignIn? = nil,
        visits: ProxyVisits,
        now: @escaping @Sendable () -> Date
    ) {
        self.credentials = credentials
        self.sessions = sessions
        self.formSecret = SymmetricKey(data: formSecret.bytes)
        self.tries = tries
        self.proxy = proxy
        self.visits = visits
        self.now = now
    }

    /// Whoever sends the request.
    ///
    /// - Parameters:
    ///   - request: Whom the proxy names in it counts alone, then a token in it; the cookie is not looked at then.
    ///   - context: Of the request.
    ///   - isUse: Whether the session lasts longer for it.
    /// - Returns: `nil` when somebody has to sign in first.
    /// - Throws: The answer of the proxy's check, the 403 answer when the role of whoever it is does not allow to read, or
    ///   when sessions cannot be read.
    func visitor(_ request: Request, _ context: SurfaceContext, isUse: Bool = true) async throws -> Visitor? {
        if let caller = try proxy?.caller(request.headers, peer: context.peerAddress, context.logger) {
            if isUse { visits.note(caller.name, role: caller.role?.rawValue, now: now()) }
            return Visitor(caller: caller, proof: .proxy, formToken: formToken(formSecret, of: caller.name))
        }
        if credentials.isEmpty {
            return Visitor(caller: .loopback, proof: .loopback, formToken: formToken(formSecret))
        }
        if request.headers[.authorization] != nil {
            let caller = try credentials.authenticate(request, for: .read)
            return Visitor(caller: caller, proof: .token, formToken: "")
        }
        guard let secret = SessionCookie.value(request.head), secret.utf8.count == Access.secretDigits,
            let session = try await openSession(secret, isUse: isUse),
            let caller = credentials.caller(named: session.token)
        else { return nil }
        guard caller.may(.read) else { throw notForReading(caller) }
        return Visitor(
            caller: caller,
            proof: .session,
            formToken: formToken(SymmetricKey(data: Data(secret.utf8))),
            session: OpenSession.handle(of: session.id)
        )
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
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { $0.hex }
        let now = now()
        try await sessions.begin(
            SessionRecord(id: id(secret), token: caller.name, seal: seal, createdAt: now, usedAt: now)
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

    private func openSession(_ secret: String, isUse: Bool) async throws -> SessionRecord? {
        let now = now()
        guard var session = try await sessions.session(id(secret)), session.isOpen(at: now),
            credentials.holds(session.token, seal: session.seal)
        else { return nil }
        // To the minute, lest every page be a write.
        if isUse, now.timeIntervalSince(session.usedAt) >= 60 {
            session.usedAt = now
            try await sessions.noteUse(of: session.id, at: now)
        }
        return session
    }

    private func id(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Data(secret.utf8))) }

    /// Tells the form token from everything else that is made of the secret, and from that of another person.
    private func formToken(_ secret: SymmetricKey, of person: String = "") -> String {
        HMAC<SHA256>.authenticationCode(for: Data("noroshi console form\(person)".utf8), using: secret).hex
    }

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
