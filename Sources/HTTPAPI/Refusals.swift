import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store
import Triage

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

extension InvalidCursor: Refusal {
    var problem: Problem {
        Problem(
            .badRequest,
            detail: "The query cannot be used.",
            errors: [Problem.Item(detail: "cursor: \(self)")]
        )
    }
}

extension UnknownName: Refusal {
    var problem: Problem {
        let advice =
            nearest.map { "; did you mean \(quoted($0))?" }
            ?? (known.isEmpty ? "; there are none" : "; there are \(known.map(quoted).joined(separator: ", "))")
        return Problem(
            .notFound,
            detail: "The rules in force have no \(noun.rawValue) \(quoted(name)), and nothing of an earlier one is here"
                + advice
        )
    }
}

extension AmbiguousID {
    /// The 409 answer that names those that fit; `noun` is what ids are of, in the plural.
    fileprivate func problem(of noun: String) -> Problem {
        let shown = candidates.joined(separator: ", ") + (hasMore ? " and more" : "")
        return Problem(
            .conflict,
            detail: "Several \(noun) could be meant by \(quoted(text)): \(shown). Give more of it."
        )
    }
}

extension FindingRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unknown: Problem(.notFound, detail: "There is no finding with this id or key.")
        case .ambiguous(let ambiguity): ambiguity.problem(of: "findings")
        }
    }
}

extension ExplanationRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unreadable(.tooMany(let limit, _)):
            return Problem(
                .contentTooLarge,
                detail: "The body holds more than the \(limit) findings that are read. Send fewer in one request."
            )
        case .unreadable(let error):
            var items: [Problem.Item] = []
            if case .syntax(let syntax) = error {
                let position = syntax.position
                items = [Problem.Item(detail: syntax.reason, line: position.line, column: position.column)]
            }
            return Problem(.badRequest, detail: "The body could not be read: \(error).", errors: items)
        case .unknownFinding: return FindingRefusal.unknown.problem
        case .unknownVersion(let version):
            return Problem(.notFound, detail: "There is no version \(version) of the rules.")
        case .unusableVersion(let version, let diagnostics):
            return Problem(
                .unprocessableContent,
                detail: "Version \(version) of the rules cannot be used by this version of Noroshi.",
                errors: diagnostics.map { Problem.Item(detail: $0.description) }
            )
        }
    }
}

extension DeliveryRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unknown: Problem(.notFound, detail: "There is no delivery with this id.")
        case .ambiguous(let ambiguity): ambiguity.problem(of: "deliveries")
        case .notRetryable(let state):
            Problem(
                .conflict,
                detail: "The delivery is \(state.rawValue); only pending and dead ones can be sent again."
            )
        }
    }
}

extension DestinationRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unknown(let known):
            let names = known.isEmpty ? "none" : known.joined(separator: ", ")
            return Problem(
                .notFound,
                detail: "There is no such destination in the rules in force; there are \(names)."
            )
        }
    }
}

extension QuarantineRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unknown:
            Problem(
                .notFound,
                detail: "Nothing is kept in quarantine under this number: it was accepted, dropped or too old."
            )
        case .unreadable(let reasons):
            Problem(
                .unprocessableContent,
                detail: "The item still cannot be read; it stays in quarantine.",
                errors: reasons.map { Problem.Item(detail: $0) }
            )
        case .notAccepted(let error):
            Problem(
                .serviceUnavailable,
                detail: "The item was not accepted: \(error). It stays in quarantine; retry it later.",
                retryAfterSeconds: 5
            )
        }
    }
}

extension SetAsideRefusal: Refusal {
    var problem: Problem {
        switch self {
        case .unknown:
            Problem(
                .notFound,
                detail: "No entry at this position stands aside; GET /api/v1/set-aside lists those that do."
            )
        }
    }
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

/// The text in quotes, as JSON writes it.
private func quoted(_ text: String) -> String { JSONValue.string(EscapedText.visible(text)).text }
