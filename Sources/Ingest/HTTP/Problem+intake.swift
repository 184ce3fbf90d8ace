import Findings
import HTTPSurface
import HTTPTypes
import Store

extension Problem {
    /// Why nothing of a body is taken; a syntax error with its line and column.
    init(_ error: FindingDecodingError) {
        switch error {
        case .syntax(let syntax):
            self.init(
                .badRequest,
                detail: "The body could not be read and is kept in quarantine: \(syntax).",
                errors: [
                    Item(detail: syntax.reason, line: syntax.position.line, column: syntax.position.column)
                ]
            )
        case .empty: self.init(.badRequest, detail: "The body is empty; an event was expected.")
        case .unrecognised(let reason):
            self.init(.badRequest, detail: "The body could not be read and is kept in quarantine: \(reason).")
        case .tooMany(let limit, _):
            self.init(
                .contentTooLarge,
                detail: """
                    The request holds more than \(limit) findings, as many as one request may hold. Nothing of it was \
                    accepted and nothing is kept: send them again in several requests of at most \(limit) findings each.
                    """
            )
        }
    }

    /// Why a request cannot be written at the moment. All of it is worth another try, which a 503 asks for.
    init(_ error: IntakeError) {
        let seconds =
            switch error {
            case .overloaded: 1
            case .closed: 5
            case .diskFull: 30
            case .unwritable: 10
            }
        self.init(
            .serviceUnavailable,
            detail: "The request was not accepted: \(error). Send it again.",
            retryAfterSeconds: seconds
        )
    }
}
