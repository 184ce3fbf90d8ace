import Glibc
import Synchronization

/// A thread whose processor time is known apart from that of the rest of the process, for work that has to know how much
/// of it it takes.
///
/// Work done here may block. The thread is there while there is work.
package final class MeteredThread: TaskExecutor, Sendable {
    private enum Work {
        case job(UnownedJob)
        case body(@Sendable () -> Void)
    }

    private struct State {
        var waiting: [Work] = []
        var isRunning = false
    }

    private static let clocks = Mutex(Clocks())

    private let name: String
    private let state = Mutex(State())

    /// - Parameter name: Shown by debuggers and `top`; cut at 15 bytes.
    package init(name: String) { self.name = name }

    /// The processor time that all such threads of this process have taken together.
    package static var processorTime: Duration { clocks.withLock { $0.time } }

    package func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    /// Has the body run after what was asked before.
    ///
    /// - Parameter body: What is done.
    package func enqueue(_ body: @escaping @Sendable () -> Void) { add(.body(body)) }

    /// Runs the body after what was asked before.
    ///
    /// - Parameter body: What is done; may block.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue { continuation.resume(with: Result { try body() }) }
        }
    }

    private func add(_ work: Work) {
        let mustStart = state.withLock { state in
            state.waiting.append(work)
            defer { state.isRunning = true }
            return state.isRunning == false
        }
        guard mustStart, DedicatedThread.start(name: name, { self.runMetered() }) == false else { return }
        // Where the system gives no thread, what waits is done by whoever asks.
        runAll()
    }

    private func runMetered() {
        let number = MeteredThread.clocks.withLock { $0.start() }
        runAll()
        MeteredThread.clocks.withLock { $0.stop(number) }
    }

    private func runAll() {
        while let work = next() {
            switch work {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .body(let body): body()
            }
        }
    }

    /// What is to be done now; `nil` when there is nothing, and the thread is to end.
    private func next() -> Work? {
        state.withLock { state in
            guard state.waiting.isEmpty == false else {
                state.isRunning = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}

/// What the threads have used that run, and those that have ended.
private struct Clocks {
    private var running: [Int: clockid_t] = [:]
    private var ended = Duration.zero
    private var last = 0

    var time: Duration { running.values.reduce(ended) { $0 + Clocks.time($1) } }

    /// Begins to count the calling thread.
    mutating func start() -> Int {
        last += 1
        var clock = clockid_t()
        if pthread_getcpuclockid(pthread_self(), &clock) == 0 { running[last] = clock }
        return last
    }

    mutating func stop(_ number: Int) {
        if let clock = running.removeValue(forKey: number) { ended += Clocks.time(clock) }
    }

    private static func time(_ clock: clockid_t) -> Duration {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
