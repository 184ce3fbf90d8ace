import Replay
import Synchronization
import Testing

@testable import Operations

@Suite("Replays that give way")
struct ReplayBrakeTests {
    /// A process whose clocks go on as it is told.
    private final class Process: Sendable {
        struct State {
            var elapsed = Duration.zero
            var used = Duration.zero
            /// Cores that others use.
            var others = 0.0
            var rests: [Duration] = []
        }

        let state = Mutex(State())

        func brake() -> ReplayBrake {
            ReplayBrake(
                elapsed: { self.state.withLock { $0.elapsed } },
                processorTime: { self.state.withLock { $0.used } },
                sleep: { rest in
                    self.state.withLock { state in
                        state.elapsed += rest
                        state.used += rest * state.others
                        state.rests.append(rest)
                    }
                }
            )
        }

        /// - Parameters:
        ///   - time: How long the replay works.
        ///   - others: Cores that others use.
        ///   - share: Of the time, in which the replay has a core; it waits for one otherwise.
        func work(for time: Duration, beside others: Double, share: Double = 1) {
            state.withLock { state in
                state.elapsed += time
                state.used += time * (share + others)
                state.others = others
            }
        }
    }

    @Test(
        "a stretch of work is followed by a look, and by nine times as much rest where others work, two seconds at most",
        arguments: [
            (Duration.milliseconds(50), 0.0, [Duration.milliseconds(1)]), (.milliseconds(50), 0.1, [.milliseconds(1)]),
            (.milliseconds(50), 0.3, [.milliseconds(1), .milliseconds(450)]),
            (.milliseconds(40), 1.9, [.milliseconds(1), .milliseconds(360)]),
            (.seconds(1), 0.5, [.milliseconds(1), .seconds(2)]),
            // Too short to look at.
            (.milliseconds(39), 1.0, []), (.zero, 1.0, []),
        ]
    )
    func rests(worked: Duration, others: Double, expected: [Duration]) async throws {
        let process = Process()
        let brake = process.brake()
        brake.release()
        process.work(for: worked, beside: others)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests } == expected)
        #expect(brake.rested == expected.reduce(.zero, +))
    }

    @Test("on a machine whose cores are all taken it gives way, although it waits for a core itself")
    func fullMachine() async throws {
        let process = Process()
        let brake = process.brake()
        process.work(for: .milliseconds(50), beside: 0.7, share: 0.3)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests } == [.milliseconds(1), .milliseconds(450)])
    }

    @Test("what others did before it began, and while it worked, does not count")
    func measuredAnew() async throws {
        let process = Process()
        let brake = process.brake()
        process.work(for: .seconds(10), beside: 1)
        brake.release()
        process.work(for: .milliseconds(50), beside: 0)
        try await brake.pace.rest()
        process.work(for: .milliseconds(50), beside: 1)
        process.state.withLock { $0.others = 0 }
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests } == [.milliseconds(1), .milliseconds(1)])
    }

    @Test("short stretches add up to one that is followed by a look")
    func addedUp() async throws {
        let process = Process()
        let brake = process.brake()
        for _ in 0..<4 {
            process.work(for: .milliseconds(10), beside: 0.5)
            try await brake.pace.rest()
        }
        #expect(process.state.withLock { $0.rests } == [.milliseconds(1), .milliseconds(360)])
    }
}
