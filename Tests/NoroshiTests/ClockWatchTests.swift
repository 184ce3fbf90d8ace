import FoundationEssentials
import Logging
import Store
import Synchronization
import Testing

@testable import noroshi

@Suite("The watch on the wall clock")
struct ClockWatchTests {
    /// Keeps what it is told.
    private final class Record: WallClockRecord {
        struct State {
            var mark: ClockMark?
            var allowance = ClockAllowance()
            var moved: [Double] = []
            var refusals = 0
        }
        struct Refusal: Error {}

        let state: Mutex<State>

        init(_ mark: ClockMark? = nil) { state = Mutex(State(mark: mark)) }

        func clockMark() async throws -> ClockMark? { state.withLock(\.mark) }
        func save(_ mark: ClockMark) async throws { state.withLock { $0.mark = mark } }
        func moveMoments(by seconds: Double, now: Date) async throws {
            try state.withLock { state in
                guard state.refusals == 0 else {
                    state.refusals -= 1
                    throw Refusal()
                }
                state.moved.append(seconds)
            }
        }
        func clockAllowance() async throws -> ClockAllowance { state.withLock(\.allowance) }
        func save(_ allowance: ClockAllowance) async throws { state.withLock { $0.allowance = allowance } }
    }

    private static let origin = Date(timeIntervalSinceReferenceDate: 800_000_000)

    private static func mark(_ wall: Double, _ uptime: Double, _ boot: String = "a") -> ClockMark {
        ClockMark(wall: origin.addingTimeInterval(wall), uptime: uptime, boot: boot)
    }

    private func watch(_ record: Record, _ clock: @escaping @Sendable () -> ClockMark, _ steps: ClockSteps = .init())
        -> ClockWatch
    {
        ClockWatch(
            record: record,
            steps: steps,
            retention: 86_400,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            read: clock,
            changed: {}
        )
    }

    @Test("a step while it runs moves what is stored once, also where the store failed at first")
    func running() async throws {
        let record = Record()
        let clock = Mutex(Self.mark(0, 0))
        let steps = ClockSteps()
        let watch = watch(record, { clock.withLock { $0 } }, steps)
        try await watch.start()
        clock.withLock { $0 = Self.mark(1, 1) }
        await watch.look()
        #expect(steps.count == 0)
        record.state.withLock { $0.refusals = 1 }
        clock.withLock { $0 = Self.mark(-3_598, 2) }
        await watch.look()
        clock.withLock { $0 = Self.mark(-3_597, 3) }
        await watch.look()
        await watch.look()
        #expect(record.state.withLock(\.moved) == [0, -3_600])
        #expect(steps.count == 1 && steps.last?.seconds == -3_600)
    }

    @Test(
        "over a restart a step is told from the time that passed",
        arguments: [
            (mark(0, 0), mark(50_000, 50_000), 0.0), (mark(0, 0), mark(50_000, 100), 49_900.0),
            (mark(0, 0), mark(-50_000, 100), -50_100.0), (mark(0, 0), mark(50_000, 10, "b"), 0.0),
            (mark(0, 900), mark(-50_000, 10, "b"), -50_000.0),
        ] as [(ClockMark, ClockMark, Double)]
    )
    func restart(before: ClockMark, after: ClockMark, step: Double) async throws {
        let record = Record(before)
        try await watch(record, { after }).start()
        #expect(record.state.withLock(\.moved) == [step])
        #expect(record.state.withLock(\.mark) == after)
    }

    @Test("what a long gap may have been removes no evidence before its time")
    func gap() async throws {
        let record = Record(Self.mark(0, 0))
        let watch = watch(record, { Self.mark(1e7, 10, "b") })
        try await watch.start()
        let horizon = try await watch.horizon()
        #expect(horizon == Self.origin.addingTimeInterval(-86_400))
    }
}
