import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations

/// Turns what an operation refused, or the store could not do, into the answer that says why.
struct Refusals: RouterMiddleware {
    func handle(
        _ request: Request,
        context: SurfaceContext,
        next: @concurrent (Request, SurfaceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as any Refusal {
            throw Problem(refusal.answer)
        }
    }
}

extension Problem {
    init(_ answer: RefusalAnswer) {
        self.init(
            HTTPResponse.Status(code: answer.kind.statusCode),
            detail: answer.detail,
            errors: answer.faults.map { Item($0) },
            retryAfterSeconds: answer.retryAfter
        )
        facts = answer.facts
    }
}

extension Problem.Item {
    init(_ fault: RefusalAnswer.Fault) {
        self.init(
            detail: fault.detail,
            pointer: fault.pointer,
            line: fault.line,
            column: fault.column,
            nearest: fault.nearest
        )
    }
}
