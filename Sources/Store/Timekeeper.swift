import Findings
package import FoundationEssentials

/// The time, and waiting for it.
package protocol Timekeeper: Sendable {
    /// The wall clock: what is stored and shown. It can be set.
    var now: Date { get }
    /// A clock that nobody sets and that goes on while the machine sleeps: the wall clock of some moment, and what has passed
    /// since. Rests are measured by it.
    var steady: Date { get }
    /// Returns when ``steady`` is `date` or later; throws when the task is cancelled.
    func sleep(until date: Date) async throws
}

extension Timekeeper {
    /// Seconds to add to a moment of ``steady`` for the wall clock's, as that is set now.
    package var offset: Double { now.timeIntervalSince(steady) }

    /// Returns after so many seconds, whatever the wall clock does meanwhile; throws when the task is cancelled.
    package func sleep(seconds: Double) async throws { try await sleep(until: steady.addingTimeInterval(seconds)) }
}

/// The machine's own clocks.
package struct SystemTime: Timekeeper {
    private static let start = (wall: Date(), instant: ContinuousClock.now)

    package init() {}

    package var now: Date { Date() }

    package var steady: Date {
        SystemTime.start.wall.addingTimeInterval((ContinuousClock.now - SystemTime.start.instant).seconds)
    }

    package func sleep(until date: Date) async throws {
        let left = date.timeIntervalSince(steady)
        guard left > 0 else { return }
        try await Task.sleep(for: .seconds(left))
    }
}
