package import FoundationEssentials

/// The time, and waiting for it.
package protocol Timekeeper: Sendable {
    var now: Date { get }
    /// Returns when it is `date` or later; throws when the task is cancelled.
    func sleep(until date: Date) async throws
}

/// The machine's own clock.
package struct SystemTime: Timekeeper {
    package init() {}

    package var now: Date { Date() }

    package func sleep(until date: Date) async throws {
        // In steps: a wall clock that is set must not leave a lane asleep for as long as it was off.
        while true {
            let left = date.timeIntervalSince(Date())
            guard left > 0 else { return }
            try await Task.sleep(for: .seconds(min(left, 60)))
        }
    }
}
