package import Hummingbird

/// Lets a request through when it presents a known token, and puts the token's name into the context.
package struct Authentication: RouterMiddleware {
    private let credentials: Credentials

    package init(_ credentials: Credentials) { self.credentials = credentials }

    package func handle(
        _ request: Request,
        context: SurfaceContext,
        next: @concurrent (Request, SurfaceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try credentials.authenticate(request)
        return try await next(request, context)
    }
}
