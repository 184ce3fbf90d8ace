import Hummingbird

/// Gives the errors with which Hummingbird's own helpers answer (a parameter that is missing, a query that cannot be
/// read) the form of all others.
struct FrameworkErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: SurfaceContext,
        next: @concurrent (Request, SurfaceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            guard let detail = error.body else { throw error }
            throw Problem(error.status, detail: detail, headers: error.headers)
        }
    }
}
