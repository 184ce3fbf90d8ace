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

    func accepted(at time: Date) -> PlainAnswer { answer(.ok, error: nil, at: time) }

    /// The problem in Firehose's form.
    ///
    /// After a 413 Firehose drops the batch; after a 500 it tries again and then uses its error bucket (same page, "HTTP
    /// response codes"), so that is what a batch gets that is too large.
    ///
    /// - Parameters:
    ///   - problem: Why the request is not taken.
    ///   - limit: How large a body may be.
    ///   - time: The time of the answer.
    /// - Returns: The answer.
    func refused(_ problem: Problem, limit: BodyLimit, at time: Date) -> PlainAnswer {
        var text = ([problem.detail ?? problem.title] + problem.errors.map(\.detail)).joined(separator: " ")
        var status = problem.status
        if status == .contentTooLarge {
            status = .internalServerError
            text = """
                The batch is larger than can be taken: a request may hold \(limit.bytes) bytes and \
                \(FindingDecoder.mostFindings) findings. Set the buffer size of the Firehose stream's HTTP endpoint \
                (BufferingHints, SizeInMBs) to \(FirehoseRequest.bufferMebibytes(limit)) MiB or less, and look for this batch \
                in the stream's error bucket.
                """
        }
        var answer = answer(status, error: String(text.prefix(2_048)), at: time)
        for field in problem.headers { answer.headers.append(field) }
        if let seconds = problem.retryAfterSeconds { answer.headers[.retryAfter] = String(seconds) }
        return answer
    }

    /// The largest whole buffer that fits: Base64 adds a third, and the request a little around its records.
    private static func bufferMebibytes(_ limit: BodyLimit) -> Int { max(1, min(4, limit.bytes * 2 / 3 / 1_048_576)) }

    private func answer(_ status: HTTPResponse.Status, error: String?, at time: Date) -> PlainAnswer {
        let json = JSONValue.compact([
            "requestId": .string(id),
            "timestamp": .integer(Int(time.timeIntervalSince1970 * 1_000)),
            "errorMessage": error.map { .string($0) },
        ])
        return PlainAnswer(status, headers: [.contentType: "application/json"], body: json.bytes)
    }
}
