import Synchronization

/// Makes HTTP/1.1 requests through libcurl, each exactly once.
///
/// No redirects, no proxy from the environment, no scheme but http and https, certificates always verified. Requests
/// with different address policies never share a connection: each policy has a loop of its own.
package final class HTTPClient: Sendable {
    private struct State {
        var loops: [AddressPolicy: CurlLoop] = [:]
        var nextID: UInt64 = 0
    }

    private let caFile: String?
    private let idleTime: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - caFile: PEM file of the certificate authorities to trust in place of the system's; `nil` for those.
    ///   - idleTime: For how long a connection that nothing used may be used again.
    package init(caFile: String? = nil, idleTime: Duration = .seconds(30)) {
        self.caFile = caFile
        self.idleTime = idleTime
    }

    deinit {
        let loops = state.withLock { Array($0.loops.values) }
        for loop in loops { loop.close() }
    }

    /// Makes the request, once.
    ///
    /// Cancelling the task gives the request up: what had been sent by then is ``CurlError/Kind/uncertain``.
    package func perform(_ request: HTTPRequest) async -> HTTPExchange {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(CurlLoop.Submission(id: id, request: request, continuation: continuation))
                // Cancelled before it was submitted, the handler below found nothing to cancel.
                if Task.isCancelled { cancel(id, request.addresses) }
            }
        } onCancel: {
            cancel(id, request.addresses)
        }
    }

    private func submit(_ submission: CurlLoop.Submission) {
        let isTaken = state.withLock { state in
            let policy = submission.request.addresses
            if let loop = state.loops[policy], loop.submit(submission) { return true }
            guard let loop = CurlLoop(caFile: caFile, idleTime: idleTime) else { return false }
            state.loops[policy] = loop
            return loop.submit(submission)
        }
        guard isTaken == false else { return }
        let error = CurlError(kind: .resources, code: 0, detail: "the system gives no memory or no thread for libcurl")
        submission.continuation.resume(returning: HTTPExchange(result: .failure(error)))
    }

    private func cancel(_ id: UInt64, _ policy: AddressPolicy) {
        let loop = state.withLock { $0.loops[policy] }
        loop?.cancel(id)
    }
}
