import Replay
import Synchronization
import Testing

@testable import Operations

@Suite("Replays that give way")
struct ReplayBrakeTests {
    /// A process whose clocks go on as it is told.
    private final class Process: Sendable {
        let state = Mutex<(elapsed: Duration, used: Duration, rests: [Duration])>((.zero, .zero, []))

        func brake() -> ReplayBrake {
            ReplayBrake(
                elapsed: { self.state.withLock { $0.elapsed } },
                processorTime: { self.state.withLock { $0.used } },
                sleep: { rest in
                    self.state.withLock { state in
                        state.elapsed += rest
                        state.rests.append(rest)
                    }
                }
            )
        }

        func work(for time: Duration, beside others: Double) {
            state.withLock { state in
                state.elapsed += time
                state.used += time * (1 + others)
            }
        }
    }

    @Test(
        "a page is followed by nine times as much rest where others work, two seconds at most, and by none elsewhere",
        arguments: [
            (Duration.milliseconds(50), 0.0, Duration.zero), (.milliseconds(50), 0.1, .zero),
            (.milliseconds(50), 0.3, .milliseconds(450)), (.milliseconds(50), 1.9, .milliseconds(450)),
            (.seconds(1), 0.5, .seconds(2)), (.zero, 1.0, .zero),
            // It waited for a core itself.
            (.milliseconds(50), -0.6, .zero),
        ]
    )
    func rests(worked: Duration, others: Double, expected: Duration) async throws {
        let process = Process()
        let brake = process.brake()
        brake.release()
        process.work(for: worked, beside: others)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests } == (expected == .zero ? [] : [expected]))
        #expect(brake.rested == expected)
    }

    @Test("what others did before it began, or while it rested, does not count")
    func measuredAnew() async throws {
        let process = Process()
        let brake = process.brake()
        process.work(for: .seconds(10), beside: 1)
        brake.release()
        process.work(for: .milliseconds(50), beside: 0)
        try await brake.pace.rest()
        process.work(for: .milliseconds(50), beside: 1)
        try await brake.pace.rest()
        process.work(for: .milliseconds(50), beside: 0)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests } == [.milliseconds(450)])
    }
}
