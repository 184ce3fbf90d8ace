package import Hummingbird

/// Lets a request through when it presents a known token whose role allows it, and puts the token's name into the context.
package struct Authentication: RouterMiddleware {
    private let credentials: Credentials
    private let deed: Deed

    /// - Parameters:
    ///   - credentials: The tokens that are known.
    ///   - deed: What the routes behind it do.
    package init(_ credentials: Credentials, for deed: Deed) {
        self.credentials = credentials
        self.deed = deed
    }

    package func handle(
        _ request: Request,
        context: SurfaceContext,
        next: @concurrent (Request, SurfaceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try credentials.authenticate(request, for: deed)
        return try await next(request, context)
    }
}
