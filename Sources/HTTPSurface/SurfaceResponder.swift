import HTTPTypes
package import Hummingbird
import Logging

/// The outermost layer of the HTTP server: whatever the routes answer or throw leaves in one form.
///
/// Every answer carries a request id and security headers; every error is `application/problem+json`, also for paths and
/// methods that do not exist; one log line per request goes out at debug level, without query values, headers or bodies.
package struct SurfaceResponder: HTTPResponder {
    package typealias Context = SurfaceContext

    private let router: RouterResponder<SurfaceContext>
    private let table: RouteTable
    private let gate: LoopbackGate?

    /// - Parameters:
    ///   - router: With all its routes; make it with ``router()`` so that HEAD works wherever GET does.
    ///   - gate: Whom it does not let in reaches no route; `nil` where tokens are asked for.
    package init(_ router: Router<SurfaceContext>, gate: LoopbackGate? = nil) {
        table = RouteTable(router)
        self.gate = gate
        self.router = router.buildResponder()
    }

    /// An empty router that answers HEAD wherever it answers GET.
    package static func router() -> Router<SurfaceContext> {
        let router = Router(context: SurfaceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: FrameworkErrors())
        return router
    }

    package func respond(to request: Request, context: SurfaceContext) async throws -> Response {
        var context = context
        context.requestID = RequestIdentity.of(request.headers)
        context.logger[metadataKey: "request_id"] = .string(context.requestID)
        // Hummingbird's own, which no answer names.
        context.logger[metadataKey: "hb.request.id"] = nil
        let begin = AnswerLog.begin(context.logger)

        var response = try await answer(to: request, context: context)
        SurfaceResponder.finish(&response.headers, requestID: context.requestID)
        if request.headers[.connection] == "close" { response.headers[.connection] = "close" }

        begin?.write(request.method, path: request.uri.path, response.status, peer: context.peerAddress, context.logger)
        return response
    }

    /// What every answer carries, whichever way it was made.
    static func finish(_ headers: inout HTTPFields, requestID: String) {
        headers[.requestID] = requestID
        protect(&headers)
    }

    private func answer(to request: Request, context: SurfaceContext) async throws -> Response {
        if let refusal = gate?.refusal(host: request.head.authority, headers: request.headers) {
            return refusal.answer.response
        }
        do {
            let response = try await router.respond(to: request, context: context)
            // What the router answers by itself (no such route, for instance) says nothing but its status.
            guard response.status.code >= 400, response.headers[.contentType] == nil else {
                return response
            }
            return try problem(response.status, request).response(from: request, context: context)
        } catch {
            return SurfaceResponder.failure(
                error,
                path: request.uri.path,
                requestID: context.requestID,
                context.logger
            ).answer.response
        }
    }

    /// Logs an error that no route foresaw; the sender is told only where to look for it.
    static func failure(_ error: any Error, path: String, requestID: String, _ logger: Logger) -> Problem {
        logger.error(
            "a request failed for a reason of ours",
            metadata: [
                "error": .string(String(describing: error)),
                "path": .string(RequestIdentity.printable(path, limit: 256)),
            ]
        )
        return Problem(
            .internalServerError,
            detail: "The request failed for a reason of the server's own; its log says why under the id \(requestID)."
        )
    }

    private func problem(_ status: HTTPResponse.Status, _ request: Request) -> Problem {
        guard status == .notFound else { return Problem(status) }
        let path = RequestIdentity.printable(request.uri.path, limit: 256)
        let methods = table.methods(at: request.uri.path)
        guard methods.isEmpty || methods.contains(request.method.rawValue) else {
            let allowed = methods.joined(separator: ", ")
            return Problem(
                .methodNotAllowed,
                detail: "\(path) takes \(allowed).",
                headers: [.allow: allowed]
            )
        }
        return Problem(.notFound, detail: "There is nothing at \(path).")
    }

    /// What holds unless a route says otherwise: nothing is sniffed, framed, cached or loaded.
    private static func protect(_ headers: inout HTTPFields) {
        for (name, value) in protection where headers[name] == nil { headers[name] = value }
    }

    static let protection: [(name: HTTPField.Name, value: String)] = [
        (.xContentTypeOptions, "nosniff"),
        (.referrerPolicy, "no-referrer"),
        (.frameOptions, "DENY"),
        (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
        (.cacheControl, "no-store"),
    ]
}
