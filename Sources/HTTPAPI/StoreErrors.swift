import HTTPSurface
import Hummingbird
import Store

/// Says why the store does not do what was asked, and that it may be asked again.
struct StoreErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: SurfaceContext,
        next: @concurrent (Request, SurfaceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as StoreTrouble {
            throw StoreErrors.problem("\(error)")
        } catch let error as IntakeError {
            throw StoreErrors.problem("\(error)")
        }
    }

    private static func problem(_ words: String) -> Problem {
        Problem(.serviceUnavailable, detail: "Not done: \(words).", retryAfterSeconds: 10)
    }
}
