import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import SlackReading

/// What a request needs besides itself: the connection, so that it can be cut.
struct InboxContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Answers every HTTP request of the inbox: posts are received, and what was received can be seen.
struct InboxResponder: HTTPResponder {
    /// The largest body that is taken.
    static let maximumBody = 2 << 20

    let messages: ReceivedMessages
    let faults: FaultPlan
    /// `nil` when the inbox listens for other machines, which call it by a name.
    let gate: LoopbackGate?

    func respond(to request: Request, context: InboxContext) async throws -> Response {
        if let refusal = gate?.refusal(host: request.head.authority, headers: request.headers) {
            return problem(refusal.status, refusal.detail ?? refusal.title)
        }
        let segments = request.uri.path.split(separator: "/").map(String.init)
        switch (request.method, segments.first, segments.count) {
        case (.get, nil, _), (.head, nil, _): return page(request)
        case (.get, "inbox.css", 1): return answer(.ok, Stylesheet.text, type: "text/css; charset=utf-8")
        case (.get, "icon.svg", 1): return answer(.ok, Stylesheet.icon, type: "image/svg+xml")
        case (.get, "favicon.ico", 1): return Response(status: .noContent)
        case (.get, "messages", 1): return list(request)
        case (.get, "messages", 2): return one(segments[1]) { answer(.ok, $0.json.text, type: "application/json") }
        case (.delete, "messages", 1):
            messages.removeAll()
            return Response(status: .noContent)
        case (.get, "show", 2): return one(segments[1]) { html(MessagePage.document($0)) }
        case (.get, "show", 3): return one(segments[1]) { part(segments[2], of: $0) }
        case (.get, "control", 1): return control()
        case (.post, "control", 1): return try await setControl(request)
        case (.post, "clear", 1): return clear(request)
        case (.post, .some(let first), _) where !["messages", "show", "inbox.css", "icon.svg"].contains(first):
            return try await receive(request, context)
        default:
            return problem(
                .notFound,
                "There is nothing at \(request.uri.path); the page is at /, webhooks are posted to /slack, Slack's Web API is at /api"
            )
        }
    }

    // MARK: Receiving

    private func receive(_ request: Request, _ context: InboxContext) async throws -> Response {
        let body: [UInt8]
        do {
            body = try await Array(request.body.collect(upTo: Self.maximumBody).readableBytesView)
        } catch is NIOTooManyBytesError {
            return problem(.contentTooLarge, "At most \(Self.maximumBody) bytes are taken")
        }
        let post = HTTPPost(
            path: request.uri.string,
            headers: request.headers.map { header in
                // As for mail: anybody is believed, and no password is kept.
                HTTPPost.Header(header.name.canonicalName, header.name == .authorization ? "(not kept)" : header.value)
            },
            body: body
        )
        let hasToken = request.headers[.authorization]?.hasPrefix("Bearer ") ?? false
        let fault = faults.takeHTTP(path: post.path)
        if let delay = fault?.delay {
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        }
        switch fault?.effect {
        case nil, .some(.none):
            guard let method = SlackCall.Method(path: post.path) else { return take(post) }
            return call(method, post, hasToken: hasToken)
        case .status(let code, let retryAfter):
            let status = HTTPResponse.Status(code: code)
            let reply = code == 429 ? Self.rateLimited(retryAfter) : "told_to_fail"
            keep(post, code: code, text: "\(code)", reason: "told to fail")
            var response = answer(status, reply, type: code == 429 ? "application/json" : "text/plain")
            if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
            return response
        case .reset:
            keep(post, code: nil, text: "connection cut", reason: "told to cut the connection; not taken")
            ConnectionReset.cut(context.channel)
            throw ConnectionWasCut()
        case .replyLost:
            keep(post, code: nil, text: "reply lost", reason: "taken, and told to lose the reply")
            ConnectionReset.cut(context.channel)
            throw ConnectionWasCut()
        }
    }

    /// Answers truthfully: a webhook's 204, or what Slack would say.
    private func take(_ post: HTTPPost) -> Response {
        guard !post.isWebhook else {
            messages.add(.webhook(post), ReceivedMessage.Answer(code: 204, text: "204"))
            return Response(status: .noContent)
        }
        do {
            let message = try SlackMessage.read(post.body, isForm: post.isForm)
            messages.add(.slack(post, message), ReceivedMessage.Answer(code: 200, text: "200 ok"))
            return answer(.ok, "ok", type: "text/plain")
        } catch {
            messages.add(
                .slack(post, nil),
                ReceivedMessage.Answer(code: error.status, text: "\(error.status) \(error.word)", reason: error.reason)
            )
            return answer(HTTPResponse.Status(code: error.status), error.word, type: "text/plain")
        }
    }

    /// Acts on a call of the Web API and answers as Slack would: always with 200, and in the body whether it went well.
    private func call(_ method: SlackCall.Method, _ post: HTTPPost, hasToken: Bool) -> Response {
        var call = SlackCall(method, post.body)
        do throws(SlackRefusal) {
            guard hasToken else { throw SlackRefusal("not_authed", "there is no token: Authorization: Bearer …") }
            try messages.place(&call)
            call.message = try SlackMessage.read(post.body, isForm: false)
            messages.add(.slackCall(post, call), ReceivedMessage.Answer(code: 200, text: "200 ok"))
            let json: JSONValue = .compact([
                "ok": true, "channel": .string(call.channel), "ts": call.timestamp.map { .string($0) },
                "message": .compact(["text": call.message?.text.map { .string($0) }]),
            ])
            return answer(.ok, json.text, type: "application/json")
        } catch {
            call.timestamp = nil
            messages.add(
                .slackCall(post, call),
                ReceivedMessage.Answer(code: 200, text: "200 \(error.word)", reason: error.reason)
            )
            let json: JSONValue = ["ok": false, "error": .string(error.word)]
            return answer(.ok, json.text, type: "application/json")
        }
    }

    /// Keeps a post that was not answered truthfully.
    private func keep(_ post: HTTPPost, code: Int?, text: String, reason: String) {
        let content: ReceivedMessage.Content
        if post.isWebhook {
            content = .webhook(post)
        } else {
            do {
                content = .slack(post, try SlackMessage.read(post.body, isForm: post.isForm))
            } catch {
                // What Slack would have said does not matter: it was told to say something else.
                content = .slack(post, nil)
            }
        }
        messages.add(content, ReceivedMessage.Answer(code: code, text: text, reason: reason))
    }

    /// Slack's own words for 429, as seen in its answers (prometheus/alertmanager issue 2111).
    private static func rateLimited(_ retryAfter: Int?) -> String {
        JSONValue.compact([
            "retry_after": retryAfter.map { .integer($0) }, "ok": .bool(false), "error": .string("rate_limited"),
        ]).text
    }

    // MARK: Showing

    private func page(_ request: Request) -> Response {
        let refreshes = request.uri.queryParameters["refresh"].map { $0 != "off" } ?? true
        return html(
            InboxPage.document(messages.all, total: messages.total, faults: faults.pending, refreshes: refreshes)
        )
    }

    private func list(_ request: Request) -> Response {
        let after = request.uri.queryParameters["after"].flatMap { Int($0) } ?? 0
        let shown = messages.all.filter { $0.id > after }
        let json: JSONValue = ["total": .integer(messages.total), "messages": .array(shown.map(\.json))]
        return answer(.ok, json.text, type: "application/json")
    }

    private func one(_ id: String, _ show: (ReceivedMessage) -> Response) -> Response {
        guard let number = Int(id), let message = messages[number] else {
            return problem(.notFound, "There is no message \(id), or no longer")
        }
        return show(message)
    }

    private func part(_ name: String, of message: ReceivedMessage) -> Response {
        switch (name, message.content) {
        case ("html", .mail(_, let mail)):
            var response = answer(.ok, mail.html ?? "", type: "text/html; charset=utf-8")
            // A stranger's page: it may show itself and do nothing.
            response.headers[.contentSecurityPolicy] =
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
            return response
        case ("raw", .mail(_, let mail)):
            return answer(.ok, String(decoding: mail.raw, as: UTF8.self), type: "text/plain; charset=utf-8")
        case ("raw", .slack(let post, _)), ("raw", .slackCall(let post, _)), ("raw", .webhook(let post)):
            return answer(.ok, String(decoding: post.body, as: UTF8.self), type: "text/plain; charset=utf-8")
        default: return problem(.notFound, "Message \(message.id) has no part \(name)")
        }
    }

    // MARK: Control

    private func control() -> Response {
        let (http, smtp) = faults.pending
        let json: JSONValue = [
            "next": .array(http.map { .string($0.notation) }), "smtp": .array(smtp.map { .string($0.notation) }),
        ]
        return answer(.ok, json.text, type: "application/json")
    }

    private func setControl(_ request: Request) async throws -> Response {
        guard isFromHere(request) else { return problem(.forbidden, "Only this inbox's own page may ask for that") }
        let body: [UInt8]
        do {
            body = try await Array(request.body.collect(upTo: 65_536).readableBytesView)
        } catch is NIOTooManyBytesError {
            return problem(.contentTooLarge, "At most 65536 bytes are taken")
        }
        let isForm = request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? false
        // curl sends --data as a form unless told otherwise; an object is meant as JSON all the same.
        let isJSON = body.first { $0 > 0x20 } == UInt8(ascii: "{")
        do {
            let order = try isForm && !isJSON ? FaultOrder(form: body) : FaultOrder(body)
            if order.clear { faults.removeAll() }
            faults.add(http: order.http, smtp: order.smtp)
        } catch {
            return problem(.badRequest, "\(error)")
        }
        return isForm && !isJSON ? seeOther() : control()
    }

    private func clear(_ request: Request) -> Response {
        guard isFromHere(request) else { return problem(.forbidden, "Only this inbox's own page may ask for that") }
        messages.removeAll()
        return seeOther()
    }

    /// False for a form that another site's page sent: browsers say so (W3C Fetch Metadata).
    private func isFromHere(_ request: Request) -> Bool {
        guard let site = request.headers[.secFetchSite] else { return true }
        return site == "same-origin" || site == "none"
    }

    // MARK: Answers

    private func html(_ document: HTML) -> Response {
        var response = answer(.ok, document.text, type: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'"
        return response
    }

    private func seeOther() -> Response { Response(status: .seeOther, headers: [.location: "/"]) }

    private func problem(_ status: HTTPResponse.Status, _ detail: String) -> Response {
        let json: JSONValue = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .integer(Int(status.code)),
            "detail": .string(detail),
        ]
        return answer(status, json.text, type: "application/problem+json")
    }

    private func answer(_ status: HTTPResponse.Status, _ text: String, type: String) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                // Under "no-referrer" browsers send "Origin: null" with the page's own forms (Fetch standard, "append a
                // request Origin header").
                .referrerPolicy: "same-origin",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

/// Ends the handling of a request whose connection is gone.
private struct ConnectionWasCut: Error {}

extension HTTPPost {
    /// True for `/webhook` and everything under it.
    var isWebhook: Bool {
        let first = path.split { $0 == "/" || $0 == "?" }.first
        return first == "webhook" || first == "webhooks"
    }

    var isForm: Bool {
        headers.contains { $0.name == "content-type" && $0.value.hasPrefix("application/x-www-form-urlencoded") }
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = constant("Sec-Fetch-Site")
    fileprivate static let referrerPolicy = constant("Referrer-Policy")

    /// Only for names in the source text: one that is no token of RFC 9110 ends the process.
    private static func constant(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name(name.description) else { preconditionFailure("not a header name") }
        return name
    }
}
