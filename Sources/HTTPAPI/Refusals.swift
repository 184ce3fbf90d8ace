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
        let status: HTTPResponse.Status
        var retryAfter: Int?
        switch answer.kind {
        case .unusable: status = .badRequest
        case .tooLarge: status = .contentTooLarge
        case .unknown: status = .notFound
        case .conflict: status = .conflict
        case .changed: status = .preconditionFailed
        case .impossible: status = .unprocessableContent
        case .unavailable(let seconds):
            status = .serviceUnavailable
            retryAfter = seconds
        }
        self.init(
            status,
            detail: answer.detail,
            errors: answer.faults.map { Item($0) },
            retryAfterSeconds: retryAfter
        )
    }
}

extension Problem.Item {
    init(_ fault: RefusalAnswer.Fault) {
        self.init(detail: fault.detail, pointer: fault.pointer, line: fault.line, column: fault.column)
    }
}
