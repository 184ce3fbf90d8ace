import FoundationEssentials
import Store

/// What was tried of late at one destination, by this process.
struct RecentTries: Sendable {
    private var delivered: SlidingCount
    private var atFirstTry: SlidingCount
    private var tries: SlidingCount
    private let since: Date

    init(now: Date) {
        delivered = SlidingCount(span: 86_400, steps: 24, now: now)
        atFirstTry = delivered
        tries = SlidingCount(span: 60, steps: 60, now: now)
        since = now
    }

    /// - Parameters:
    ///   - attempt: One that has ended.
    ///   - now: The time, by a clock that nobody sets.
    mutating func add(_ attempt: Attempt, now: Date) {
        tries.add(now: now)
        guard attempt.verdict == .delivered else { return }
        delivered.add(now: now)
        if attempt.number == 1 { atFirstTry.add(now: now) }
    }

    /// - Parameters:
    ///   - now: The time, by the same clock.
    ///   - offset: Seconds from that clock to the wall clock.
    /// - Returns: What was counted.
    mutating func recent(now: Date, offset: TimeInterval) -> RecentDeliveries {
        RecentDeliveries(
            delivered: delivered.total(now: now),
            atFirstTry: atFirstTry.total(now: now),
            triesInMinute: tries.total(now: now),
            since: since.addingTimeInterval(offset)
        )
    }
}
