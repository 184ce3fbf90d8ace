package import Foundation
import Synchronization

/// A program that runs beside this one.
///
/// Foundation's `Process` has been seen to crash when several are started at once, and its children inherit
/// descriptors of their siblings, whose pipes then do not end when they should. Children of this one have standard
/// input, output and error and nothing else.
package final class SpawnedProcess: Sendable {
    /// Where standard input comes from.
    package enum Input: Sendable {
        case nothing
        case file(URL)
        /// From ``SpawnedProcess/input``.
        case pipe
    }

    /// Where standard output or standard error goes.
    package enum Output: Sendable {
        case nowhere
        /// Where that of this process goes.
        case inherited
        /// Emptied first, and made when it is not there.
        case file(URL)
        /// To ``SpawnedProcess/output``; standard output and error may share it.
        case pipe
    }

    /// How a process ended.
    package enum Ending: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)

        /// One number for both, as shells have it: 128 and the signal for what was killed.
        package var status: Int32 {
            switch self {
            case .exited(let status): status
            case .killed(let signal): 128 + signal
            }
        }

        /// - Parameter waitStatus: What waitpid(2) tells of a process that is gone.
        fileprivate init(waitStatus: Int32) {
            let signal = waitStatus & 0x7F
            self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .killed(signal: signal)
        }
    }

    private enum State {
        case running(waiting: [@Sendable (Ending) -> Void])
        case ended(Ending)
    }

    /// The end to write to, with ``Input/pipe``.
    package let input: FileHandle?
    /// The end to read from, with ``Output/pipe``.
    package let output: FileHandle?
    /// For proc(5) while it runs; afterwards another process may have it.
    package let processIdentifier: pid_t
    private let state = Mutex(State.running(waiting: []))

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: A path, or a name to look for in the folders of `PATH`.
    ///   - arguments: What follows the program on its command line.
    ///   - environment: All of its environment.
    ///   - directory: Where it runs; `nil` for where this process runs.
    ///   - input: Where its standard input comes from.
    ///   - output: Where its standard output goes.
    ///   - errors: Where its standard error goes.
    /// - Throws: ``SpawnError`` when it cannot be started.
    package init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        directory: URL? = nil,
        input: Input = .nothing,
        output: Output = .inherited,
        errors: Output = .inherited
    ) throws(SpawnError) {
        var actions = SpawnActions()
        self.input = try actions.take(input)
        self.output = try actions.take(output: output, errors: errors)
        if let directory { actions.enter(directory.path) }
        let identifier = try actions.spawn(
            [program] + arguments,
            environment: environment.map { "\($0.key)=\($0.value)" }
        )
        processIdentifier = identifier
        Thread.detachNewThread { self.watch() }
    }

    /// Sends a signal; nothing happens when the process has ended.
    package func send(signal: Int32) {
        // Under the lock, so that the identifier cannot have become another process's.
        state.withLock { state in
            guard case .running = state else { return }
            kill(processIdentifier, signal)
        }
    }

    package var isRunning: Bool {
        state.withLock { state in
            if case .running = state { true } else { false }
        }
    }

    /// Waits for the end without holding a thread.
    package var ending: Ending {
        get async {
            await withCheckedContinuation { continuation in whenEnded { continuation.resume(returning: $0) } }
        }
    }

    /// Waits for the end and holds the calling thread meanwhile.
    @discardableResult
    package func wait() -> Ending {
        let ended = DispatchSemaphore(value: 0)
        let ending = Mutex(Ending.exited(0))
        whenEnded { value in
            ending.withLock { $0 = value }
            ended.signal()
        }
        ended.wait()
        return ending.withLock { $0 }
    }

    private func whenEnded(_ body: @escaping @Sendable (Ending) -> Void) {
        let ending: Ending? = state.withLock { state in
            switch state {
            case .ended(let ending): return ending
            case .running(let waiting):
                state = .running(waiting: waiting + [body])
                return nil
            }
        }
        if let ending { body(ending) }
    }

    /// Waits for the end, on a thread of its own.
    private func watch() {
        var information = siginfo_t()
        // The process stays a zombie, and its identifier its own, until it is taken away under the lock.
        while waitid(P_PID, id_t(processIdentifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        let waiting: [@Sendable (Ending) -> Void] = state.withLock { state in
            while waitpid(processIdentifier, &status, 0) < 0, errno == EINTR {}
            guard case .running(let waiting) = state else { return [] }
            state = .ended(Ending(waitStatus: status))
            return waiting
        }
        let ending = Ending(waitStatus: status)
        for body in waiting { body(ending) }
    }
}
