import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
import Operations

extension ConsoleRoutes {
    func asset(_ request: Request, _ context: SurfaceContext) throws -> Response {
        guard let file = Assets.files.first(where: { $0.path == request.uri.path }) else {
            throw Problem(.notFound, detail: "There is no such file; reload the page.")
        }
        return Answers.file(file.text, type: file.type, isForEver: true)
    }

    func showSignIn(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        let next = ConsoleRoutes.safe(ConsoleRoutes.query(request)["next"])
        if try await access.visitor(request, context) != nil { return Answers.seeOther(next) }
        return Answers.page(SignInPage.document(next: next, mistake: nil, version: version, look: Look(request.head)))
    }

    func signIn(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        let form = try await Form(request)
        let next = ConsoleRoutes.safe(form["next"])
        // Nobody is signed in as somebody else by another's page.
        if let refusal = FormOrigin.refusal(request.head) { throw refusal }
        switch try await access.signIn(token: form["token"] ?? "", from: context.peerAddress ?? "unknown") {
        case .success(let secret):
            context.logger.notice("somebody signed in to the console")
            return Answers.seeOther(next, cookie: SessionCookie.kept(secret, request.head))
        case .failure(let refused):
            context.logger.warning("a sign-in to the console failed", metadata: ["reason": "\(refused)"])
            let (status, words): (HTTPResponse.Status, String) =
                switch refused {
                case .unknownToken: (.unauthorized, "No such token is known here.")
                case .tooManyTries: (.tooManyRequests, "Too many tries from your address. Wait a minute.")
                case .notForReading(let name):
                    (.forbidden, "The token '\(name)' is for posting events and opens no page.")
                }
            return Answers.page(
                SignInPage.document(next: next, mistake: words, version: version, look: Look(request.head)),
                status: status,
                refused == .tooManyTries ? [.retryAfter: "60"] : [:]
            )
        }
    }

    func signOut(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        guard let visitor = try await access.visitor(request, context) else { return Answers.seeOther("/sign-in") }
        let form = try await Form(request)
        if let refusal = FormOrigin.refusal(request.head) { throw refusal }
        guard visitor.accepts(form[Form.proofName]) else { return Answers.seeOther("/") }
        try await access.signOut(request)
        await operations.changes.askAgain()
        return Answers.seeOther("/sign-in", cookie: SessionCookie.ended(request.head))
    }

    /// A path on this server; anything that a browser could take for another one leads to the beginning.
    static func safe(_ next: String?) -> String {
        guard let next, next.first == "/", next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return next.dropFirst().first == "/" ? "/" : next
    }

    /// The query, decoded; the first of several of a name counts, and what cannot be decoded does not.
    static func query(_ request: Request) -> [String: String] {
        var values: [String: String] = [:]
        for part in (request.uri.query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair[0].percentDecoded(plusIsSpace: true),
                let value = (pair.count > 1 ? pair[1] : "").percentDecoded(plusIsSpace: true),
                value.utf8.contains(0) == false, values[name] == nil
            else { continue }
            values[name] = value
        }
        return values
    }
}
