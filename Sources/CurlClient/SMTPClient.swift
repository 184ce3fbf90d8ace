import Dispatch
import Synchronization
import Threads

/// Hands mails to relays through libcurl, each on a thread of its own kind: never on a thread of Swift's concurrency.
///
/// Each relay has its own few threads with a connection each, so that one that is slow to answer holds up nobody else.
/// Threads begin when they are needed and end when they have been idle for a while.
package final class SMTPClient: Sendable {
    private let caFile: String?
    private let threadsPerRelay: Int
    private let idleTime: Duration
    private let queues = Mutex<[SMTPRelay: SMTPQueue]>([:])

    /// - Parameters:
    ///   - caFile: PEM file of the certificate authorities to trust in place of the system's; `nil` for those.
    ///   - threadsPerRelay: How many mails may be under way to one relay, 1 or more.
    ///   - idleTime: How long a thread keeps its connection when there is nothing to send.
    package init(caFile: String? = nil, threadsPerRelay: Int = 2, idleTime: Duration = .seconds(20)) {
        self.caFile = caFile
        self.threadsPerRelay = threadsPerRelay
        self.idleTime = idleTime
    }

    /// Hands the mail over and returns when the relay has answered or the time is up.
    ///
    /// Cancelling the task changes nothing: a conversation that is under way is brought to its end.
    package func submit(_ submission: SMTPSubmission) async -> SMTPExchange {
        let queue = queues.withLock { queues in
            if let queue = queues[submission.relay] { return queue }
            let queue = SMTPQueue(caFile: caFile, threads: threadsPerRelay, idleTime: idleTime)
            queues[submission.relay] = queue
            return queue
        }
        return await withCheckedContinuation { continuation in
            queue.add(SMTPQueue.Job(submission: submission, continuation: continuation))
        }
    }
}

/// The mails for one relay, and the threads that take them.
final class SMTPQueue: Sendable {
    struct Job: Sendable {
        let submission: SMTPSubmission
        let continuation: CheckedContinuation<SMTPExchange, Never>
    }

    private struct State {
        var jobs: [Job] = []
        var threads = 0
        var idle = 0
    }

    private let caFile: String?
    private let limit: Int
    private let idleTime: Duration
    private let state = Mutex(State())
    /// Signalled once for every job.
    private let waiting = DispatchSemaphore(value: 0)

    init(caFile: String?, threads: Int, idleTime: Duration) {
        self.caFile = caFile
        limit = max(1, threads)
        self.idleTime = idleTime
    }

    func add(_ job: Job) {
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            guard state.jobs.count > state.idle, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        waiting.signal()
        guard needsThread, DedicatedThread.start(name: "smtp", { self.work() }) == false else { return }
        let stranded = state.withLock { state -> [Job] in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.jobs = [] }
            return state.jobs
        }
        let error = CurlError(kind: .resources, code: 0, detail: "the system gives no thread for sending mail")
        for job in stranded { job.continuation.resume(returning: SMTPExchange(failure: error)) }
    }

    private func work() {
        let connection: SMTPConnection
        do {
            connection = try SMTPConnection(caFile: caFile, idleTime: idleTime)
        } catch {
            while let job = next() { job.continuation.resume(returning: SMTPExchange(failure: error)) }
            return
        }
        while let job = next() { job.continuation.resume(returning: connection.submit(job.submission)) }
    }

    /// Waits for a job; `nil` when there has been none for the idle time, and the thread is to end.
    private func next() -> Job? {
        state.withLock { $0.idle += 1 }
        while true {
            let result = waiting.wait(timeout: .now() + .milliseconds(idleTime.milliseconds))
            let step = state.withLock { state -> (job: Job?, ends: Bool) in
                if result == .success, state.jobs.isEmpty == false {
                    state.idle -= 1
                    return (state.jobs.removeFirst(), false)
                }
                // A job added after the time was up has its signal pending: it is met in the next round.
                guard result == .timedOut, state.jobs.isEmpty else { return (nil, false) }
                state.idle -= 1
                state.threads -= 1
                return (nil, true)
            }
            if let job = step.job { return job }
            if step.ends { return nil }
        }
    }
}
