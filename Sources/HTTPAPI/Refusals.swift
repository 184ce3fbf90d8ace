import HTTPSurface
import Hummingbird
import Operations
import Routing
import Store

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
            throw refusal.problem
        }
    }
}

/// An error of an operation that has an answer of its own.
protocol Refusal: Error {
    var problem: Problem { get }
}

extension StoreTrouble: Refusal {
    var problem: Problem { .notDone("\(self)") }
}

extension IntakeError: Refusal {
    var problem: Problem { .notDone("\(self)") }
}

extension SilenceRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unknown: Problem(.notFound, detail: "There is no silence with this id.")
        case .changed:
            Problem(
                .preconditionFailed,
                detail: "The silence has changed since it was read; read it again and decide anew."
            )
        case .tooMany:
            Problem(
                .conflict,
                detail: "\(Silence.mostOpen) silences are pending or active; end one that is no longer needed."
            )
        }
    }
}

extension FaultyDraft: Refusal {
    var problem: Problem {
        Problem(.badRequest, detail: "The body cannot be used.", errors: faults.map(\.item))
    }
}

extension SilenceDraft.Fault {
    /// The fault at its place in the body.
    var item: Problem.Item {
        let advice = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
        return Problem.Item(detail: reason + advice, pointer: pointer)
    }
}

extension Problem {
    /// It may be asked again.
    fileprivate static func notDone(_ words: String) -> Problem {
        Problem(.serviceUnavailable, detail: "Not done: \(words).", retryAfterSeconds: 10)
    }
}
