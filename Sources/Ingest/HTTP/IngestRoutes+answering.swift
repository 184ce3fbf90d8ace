import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Logging
import Store

extension IngestRoutes {
    /// What a caller's request is to the receiver.
    func submission(_ arrival: Arrival, from caller: Caller) -> Submission {
        Submission(
            body: arrival.body,
            source: caller.name,
            requestID: arrival.requestID,
            receivedAt: arrival.receivedAt,
            begin: arrival.admission.begin
        )
    }

    /// Says to a sender what became of its request, in its own form.
    func answer(_ arrival: Arrival, _ taken: Result<Receipt, any Error>) -> PlainAnswer {
        let receipt: Receipt
        switch taken {
        case .success(let success): receipt = success
        case .failure(let error): return refused(unwritten(error, arrival.log), arrival)
        }
        switch receipt.outcome {
        case .unreadable(let error):
            if case .tooMany(_, let id?) = error {
                return FirehoseRequest(id: id).refused(Problem(error), limit: limit, at: arrival.receivedAt)
            }
            // Firehose sends a batch again and again until it is taken; this one is kept, and never will be read.
            if let firehose = arrival.admission.firehose, receipt.isKept {
                return firehose.accepted(at: arrival.receivedAt)
            }
            return refused(Problem(error), arrival)
        case .items(let items):
            let ofBody = receipt.firehoseRequestID.map { FirehoseRequest(id: $0) }
            if let firehose = arrival.admission.firehose ?? ofBody { return firehose.accepted(at: arrival.receivedAt) }
            let answer = IngestAnswer(results: items, position: receipt.position)
            return answer.isRefusal ? answer.problem.answer : answer.plain
        }
    }

    private func refused(_ problem: Problem, _ arrival: Arrival) -> PlainAnswer {
        arrival.admission.firehose?.refused(problem, limit: limit, at: now()) ?? problem.answer
    }

    /// Why the journal did not take a request, for its sender.
    private func unwritten(_ error: any Error, _ log: RequestLog) -> Problem {
        if let error = error as? IntakeError { return Problem(error) }
        log.logger.error("a request could not be written", metadata: ["error": .string(String(describing: error))])
        return Problem(
            .serviceUnavailable,
            detail: "The request could not be written to disk. Send it again.",
            retryAfterSeconds: 5
        )
    }
}
