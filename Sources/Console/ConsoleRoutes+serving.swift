import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Store

extension ConsoleRoutes {
    /// A page that whoever may read is shown.
    func show(
        _ path: String,
        _ router: Router<SurfaceContext>,
        _ body: @escaping @Sendable (Request, Visitor, SurfaceContext) async throws -> Page
    ) {
        router.get(RouterPath(path)) { request, context in
            guard let visitor = try await visitor(request, context) else { return try toSignIn(request) }
            do {
                let page = try await body(request, visitor, context)
                return Answers.page(page.document(try await surroundings(visitor)))
            } catch {
                return try await answer(error, visitor, context)
            }
        }
    }

    /// A file that whoever may read takes away.
    struct Download: Sendable {
        var bytes: [UInt8]
        var type: String
        var name: String
    }

    func download(
        _ path: String,
        _ router: Router<SurfaceContext>,
        _ body: @escaping @Sendable (SurfaceContext) async throws -> Download
    ) {
        router.get(RouterPath(path)) { request, context in
            guard let visitor = try await visitor(request, context) else { return try toSignIn(request) }
            do {
                return Answers.download(try await body(context))
            } catch {
                return try await answer(error, visitor, context)
            }
        }
    }

    /// Where an address leads.
    enum Lead {
        /// To another.
        case elsewhere(String)
        case page(Page)
    }

    /// An address that only leads to another, for whoever may read.
    func redirect(
        _ path: String,
        _ router: Router<SurfaceContext>,
        _ body: @escaping @Sendable (Request, Visitor) async throws -> String
    ) {
        lead(path, router) { .elsewhere(try await body($0, $1)) }
    }

    /// An address that leads to another, or is a page where it cannot, for whoever may read.
    func lead(
        _ path: String,
        _ router: Router<SurfaceContext>,
        _ body: @escaping @Sendable (Request, Visitor) async throws -> Lead
    ) {
        router.get(RouterPath(path)) { request, context in
            guard let visitor = try await visitor(request, context) else { return try toSignIn(request) }
            do {
                switch try await body(request, visitor) {
                case .elsewhere(let path): return Answers.seeOther(path)
                case .page(let page): return Answers.page(page.document(try await surroundings(visitor)))
                }
            } catch {
                return try await answer(error, visitor, context)
            }
        }
    }

    /// What a form does, for whoever may respond; afterwards the page is shown to which the body's path leads.
    func change(
        _ path: String,
        _ router: Router<SurfaceContext>,
        _ body: @escaping @Sendable (Form, Author, SurfaceContext) async throws -> String
    ) {
        submit(path, router, for: .respond, limit: Form.short) { form, _, author, context in
            .done(try await body(form, author, context))
        }
    }

    /// What comes of a form.
    enum Outcome {
        /// It was done; the page there tells of it.
        case done(String)
        /// Nothing was changed: the form again, as it was filled in, with whatever is to be said of it.
        case shown(Page, HTTPResponse.Status)
    }

    /// What a form does, for whoever may do it.
    func submit(
        _ path: String,
        _ router: Router<SurfaceContext>,
        for deed: Deed,
        limit: BodyLimit,
        _ body: @escaping @Sendable (Form, Visitor, Author, SurfaceContext) async throws -> Outcome
    ) {
        router.post(RouterPath(path)) { request, context in
            guard let visitor = try await visitor(request, context) else { return try toSignIn(request) }
            do {
                let form = try await Form(request, limit: limit)
                if visitor.proof != .token {
                    if let refusal = FormOrigin.refusal(request.head) { throw refusal }
                    guard visitor.accepts(form[Form.proofName]) else { throw ConsoleRoutes.staleForm }
                }
                guard mode == .on else {
                    throw Problem(.forbidden, detail: "The console was started with --console read-only.")
                }
                guard visitor.may(deed) else { throw ConsoleRoutes.forbidden(visitor, deed) }
                switch try await body(form, visitor, author(visitor, context), context) {
                case .done(let path): return Answers.seeOther(path)
                case .shown(let page, let status):
                    return Answers.page(page.document(try await surroundings(visitor)), status: status)
                }
            } catch {
                return try await answer(error, visitor, context)
            }
        }
    }

    /// What a form asks that is too long for an address: for whoever may read, as nothing is changed by it.
    func ask(
        _ path: String,
        _ router: Router<SurfaceContext>,
        limit: BodyLimit,
        _ body: @escaping @Sendable (Form, Visitor) async throws -> Page
    ) {
        router.post(RouterPath(path)) { request, context in
            guard let visitor = try await visitor(request, context) else { return try toSignIn(request) }
            do {
                if visitor.proof != .token, let refusal = FormOrigin.refusal(request.head) { throw refusal }
                let page = try await body(try await Form(request, limit: limit), visitor)
                return Answers.page(page.document(try await surroundings(visitor)))
            } catch {
                return try await answer(error, visitor, context)
            }
        }
    }

    /// Under whose name something is done.
    func author(_ visitor: Visitor, _ context: SurfaceContext) -> Author {
        Author(.console, visitor.caller.name, requestID: context.requestID, logger: context.logger)
    }

    /// Whoever sends the request; `nil` when somebody has to sign in.
    private func visitor(_ request: Request, _ context: SurfaceContext) async throws -> Visitor? {
        // A page that follows what changes would never end its session: only what somebody does counts as use.
        let isUse = request.headers[.htmxTrigger] != Live.listener
        guard var visitor = try await access.visitor(request, context, isUse: isUse) else { return nil }
        visitor.look = Look(request.head)
        visitor.isReadOnly = mode == .readOnly
        return visitor
    }

    static let signedOut = Problem(.unauthorized, detail: "You are not signed in any more. Sign in again.")

    private static let staleForm = Problem(
        .forbidden,
        detail:
            "The form is of another session, so nothing was done. Open the page again and repeat what you did there."
    )

    private static func forbidden(_ visitor: Visitor, _ deed: Deed) -> Problem {
        let role = visitor.caller.role?.rawValue ?? ""
        return Problem(.forbidden, detail: "Your role is \(role), which may not \(deed.words).")
    }

    private func toSignIn(_ request: Request) throws -> Response {
        // A script would take the page to sign in at for what it has asked for.
        guard request.isOfScript == false else { throw ConsoleRoutes.signedOut }
        guard request.method == .get else { return Answers.seeOther("/sign-in") }
        let next = request.uri.string
        return Answers.seeOther(next == "/" ? "/sign-in" : "/sign-in?next=\(next.percentEncoded)")
    }

    /// What everything is shown in; where the store does not answer, it says so as the health check does.
    func surroundings(_ visitor: Visitor) async throws -> Surroundings {
        do {
            let ledger = try await operations.status.totals()
            return Surroundings(
                visitor: visitor,
                ledger: .read(ledger.totals, ledger.active),
                keeping: operations.rules.keeping
            )
        } catch let refusal as any Refusal {
            let process = await operations.status.process()
            let problem =
                process.health.problem ?? (refusal as? StoreTrouble).map { "\($0)" } ?? refusal.answer.detail
            return Surroundings(visitor: visitor, ledger: .unread(problem, rules: process.rulesVersion))
        }
    }

    private func answer(_ error: any Error, _ visitor: Visitor, _ context: SurfaceContext) async throws -> Response {
        let problem: Problem
        switch error {
        case let refusal as any Refusal:
            let answer = refusal.answer
            problem = Problem(
                HTTPResponse.Status(code: answer.kind.statusCode),
                detail: answer.detail,
                errors: answer.faults.map { Problem.Item(detail: $0.detail) }
            )
        case let told as Problem: problem = told
        default: throw error
        }
        let page = ProblemPage.page(problem, requestID: context.requestID)
        return Answers.page(page.document(try await surroundings(visitor)), status: problem.status, problem.headers)
    }
}

extension Request {
    /// Whether htmx asks, and not somebody who goes to a page (htmx, "Request Headers").
    var isOfScript: Bool { headers[.htmxRequest] == "true" }
}

extension HTTPField.Name {
    static let htmxRequest = HTTPField.Name(constant: "HX-Request")
    /// The id of the element that asks.
    static let htmxTrigger = HTTPField.Name(constant: "HX-Trigger")
}

/// The forms in which the console answers.
enum Answers {
    /// Nothing is loaded from elsewhere, and nothing runs that stands in a page. `Referrer-Policy` is not stricter, lest browsers say `Origin: null`
    /// of the console's own forms (Fetch §3.2).
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"

    static func page(_ html: HTML, status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = policy
        headers[.referrerPolicy] = "same-origin"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html.text)))
    }

    /// A document that is not ours to style, such as a mail: it runs nothing, loads nothing, and stands in a frame of ours.
    static func foreign(_ html: String) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    static func seeOther(_ path: String, cookie: String? = nil) -> Response {
        var headers: HTTPFields = [.location: path]
        if let cookie { headers[.setCookie] = cookie }
        headers[.referrerPolicy] = "same-origin"
        return Response(status: .seeOther, headers: headers)
    }

    /// A file to be kept elsewhere, which no browser shows as a page.
    static func download(_ file: ConsoleRoutes.Download) -> Response {
        let plain = file.name.utf8.filter {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        var headers: HTTPFields = [.contentType: file.type, .cacheControl: "no-store"]
        headers[.contentDisposition] = "attachment; filename=\"\(String(decoding: plain, as: UTF8.self))\""
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }

    /// A file of the console; one whose name changes with its content may be kept for ever.
    static func file(_ text: String, type: String, isForEver: Bool) -> Response {
        var headers: HTTPFields = [.contentType: type]
        headers[.cacheControl] = isForEver ? "public, max-age=31536000, immutable" : "public, max-age=86400"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
