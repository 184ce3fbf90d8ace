import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes

/// A request of Amazon Data Firehose, which understands no answer but its own.
///
/// Form: Firehose developer guide, "Understand HTTP endpoint delivery request and response specifications": the request's
/// own id, a time in milliseconds, and `errorMessage` of at most 8,192 characters beside a status other than 200.
struct FirehoseRequest: Sendable, Hashable {
    let id: String

    init(id: String) { self.id = id }

    /// A request that says so in its head.
    init?(_ headers: HTTPFields) {
        guard let id = headers[.firehoseRequestID]?.identifier else { return nil }
        self.id = id
    }

    /// A request that is known by its body alone.
    init?(_ decoded: DecodedBody) {
        guard let id = decoded.firehoseRequestID else { return nil }
        self.id = id
    }

    func accepted(at time: Date) -> PlainAnswer { answer(.ok, error: nil, at: time) }

    func refused(_ problem: Problem, at time: Date) -> PlainAnswer {
        let text = ([problem.detail ?? problem.title] + problem.errors.map(\.detail)).joined(separator: " ")
        var answer = answer(problem.status, error: String(text.prefix(2_048)), at: time)
        for field in problem.headers { answer.headers.append(field) }
        if let seconds = problem.retryAfterSeconds { answer.headers[.retryAfter] = String(seconds) }
        return answer
    }

    private func answer(_ status: HTTPResponse.Status, error: String?, at time: Date) -> PlainAnswer {
        let json = JSONValue.compact([
            "requestId": .string(id),
            "timestamp": .integer(Int(time.timeIntervalSince1970 * 1_000)),
            "errorMessage": error.map { .string($0) },
        ])
        return PlainAnswer(status, headers: [.contentType: "application/json"], body: json.bytes)
    }
}
