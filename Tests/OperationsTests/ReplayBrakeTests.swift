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
            var own = Duration.zero
            var used = Duration.zero
            /// How many cores others use while the replay rests, a breath at a time; none when it has come to the end.
            var meanwhile: [Double] = []
            var rests: [Duration] = []
        }

        let state = Mutex(State())

        func brake() -> ReplayBrake {
            ReplayBrake(
                elapsed: { self.state.withLock { $0.elapsed } },
                ownTime: { self.state.withLock { $0.own } },
                processTime: { self.state.withLock { $0.used } },
                sleep: { rest in
                    self.state.withLock { state in
                        state.elapsed += rest
                        if state.meanwhile.isEmpty == false { state.used += rest * state.meanwhile.removeFirst() }
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
                state.elapsed += time / share
                state.own += time
                state.used += time + time / share * others
            }
        }
    }

    @Test(
        "a stretch of work beside others that work is followed by rest until they do not",
        arguments: [
            (Duration.milliseconds(50), 0.0, [1.0], 0), (.milliseconds(50), 0.1, [1], 0),
            (.milliseconds(50), 0.3, [], 1), (.milliseconds(50), 0.3, [0.1, 1], 1),
            (.milliseconds(50), 0.3, [0.5, 0.2, 1.9, 0.14, 1], 4),
            // 49 times as long as it worked, and two seconds at most.
            (.milliseconds(25), 1.9, Array(repeating: 0.5, count: 100), 49),
            (.milliseconds(50), 1.9, Array(repeating: 0.5, count: 100), 80),
            (.seconds(1), 1.9, Array(repeating: 0.5, count: 100), 80),
            // Too short to look at.
            (.milliseconds(24), 1, [1], 0), (.zero, 1, [1], 0),
        ]
    )
    func rests(worked: Duration, others: Double, meanwhile: [Double], breaths: Int) async throws {
        let process = Process()
        let brake = process.brake()
        brake.release()
        process.work(for: worked, beside: others)
        process.state.withLock { $0.meanwhile = meanwhile }
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests } == Array(repeating: .milliseconds(25), count: breaths))
        #expect(brake.rested == .milliseconds(25) * breaths)
    }

    @Test(
        "while it waits for a core, neither is that its own work nor hides it that of others",
        arguments: [(0.7, 1), (0.1, 0)]
    )
    func waitsForACore(others: Double, breaths: Int) async throws {
        let process = Process()
        let brake = process.brake()
        process.work(for: .milliseconds(50), beside: others, share: 0.25)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests.count } == breaths)
    }

    @Test("what others did before it began, and before it looked last, does not count")
    func measuredAnew() async throws {
        let process = Process()
        let brake = process.brake()
        process.work(for: .seconds(10), beside: 1)
        brake.release()
        process.work(for: .milliseconds(50), beside: 0)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests.count } == 0)
        process.work(for: .milliseconds(50), beside: 1)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests.count } == 1)
        process.work(for: .milliseconds(50), beside: 0)
        try await brake.pace.rest()
        #expect(process.state.withLock { $0.rests.count } == 1)
    }

    @Test("short stretches add up to one after which it looks")
    func addedUp() async throws {
        let process = Process()
        let brake = process.brake()
        for _ in 0..<4 {
            process.work(for: .milliseconds(8), beside: 0.5)
            try await brake.pace.rest()
        }
        #expect(process.state.withLock { $0.rests.count } == 1)
    }
}
