package import Findings
package import HTTPTypes
package import Hummingbird

/// An error answer in the form of RFC 9457, `application/problem+json`.
///
/// Throw it from any handler. Every text in it may be read by whoever sent the request, so it holds no secret and no
/// path of the machine.
package struct Problem: Error, HTTPResponseError, Sendable {
    package var status: HTTPResponse.Status
    /// The same words for every occurrence of the same kind of problem.
    package var title: String
    /// What was wrong with this request, where, and what to do.
    package var detail: String?
    /// One element per thing that was wrong.
    package var errors: [Item]
    package var retryAfterSeconds: Int?
    /// Further headers, e.g. `Allow` or `WWW-Authenticate`.
    package var headers: HTTPFields
    /// Members of its own (RFC 9457 §3.2).
    package var facts: [JSONValue.Member] = []

    private static let named: [HTTPResponse.Status] = [
        .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .preconditionFailed, .contentTooLarge,
        .unprocessableContent, .tooManyRequests, .internalServerError, .serviceUnavailable,
    ]

    package init(
        _ status: HTTPResponse.Status,
        title: String? = nil,
        detail: String? = nil,
        errors: [Item] = [],
        retryAfterSeconds: Int? = nil,
        headers: HTTPFields = [:]
    ) {
        // Made of a number alone, a status has no words, and a title is needed.
        let named = Problem.named.first { $0.code == status.code } ?? status
        self.status = named
        self.title = title ?? named.reasonPhrase
        self.detail = detail
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
        self.headers = headers
    }

    /// One thing that was wrong: where (RFC 6901 JSON pointer, line and column, 1-based) and what.
    package struct Item: Sendable, Hashable {
        package var detail: String
        package var pointer: String?
        package var line: Int?
        package var column: Int?
        /// The nearest word that would do.
        package var nearest: String?

        package init(
            detail: String,
            pointer: String? = nil,
            line: Int? = nil,
            column: Int? = nil,
            nearest: String? = nil
        ) {
            self.detail = detail
            self.pointer = pointer
            self.line = line
            self.column = column
            self.nearest = nearest
        }

        package var json: JSONValue {
            .compact([
                "detail": .string(detail),
                "pointer": pointer.map { .string($0) },
                "line": line.map { .integer($0) },
                "column": column.map { .integer($0) },
                "nearest": nearest.map { .string($0) },
            ])
        }
    }

    /// The body: `type`, `title`, `status`, `detail` and, when there are any, `errors`.
    package var json: JSONValue {
        .object(
            JSONValue.compact([
                "type": "about:blank",
                "title": .string(title),
                "status": .integer(Int(status.code)),
                "detail": detail.map { .string($0) },
                "errors": errors.isEmpty ? nil : .array(errors.map(\.json)),
            ]).members + facts
        )
    }

    package static let contentType = "application/problem+json"

    package func response(from request: Request, context: some RequestContext) throws -> Response { answer.response }

    /// The answer, the same for every request.
    package var answer: PlainAnswer {
        var headers = headers
        headers[.contentType] = Problem.contentType
        headers[.cacheControl] = "no-store"
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        return PlainAnswer(status, headers: headers, body: json.bytes)
    }
}
