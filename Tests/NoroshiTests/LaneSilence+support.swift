/// For how long nothing was sent for a destination although something waited for it.
struct LaneSilence {
    /// What waited, from when it was accepted until it, or something newer of the same, was told.
    struct Wait {
        var since: ContinuousClock.Instant
        var until: ContinuousClock.Instant
    }

    /// The longest time in which something waited and nothing was sent.
    ///
    /// - Parameters:
    ///   - waits: Of one destination.
    ///   - sends: When something was sent to it, with or without success, in order.
    /// - Returns: Zero when nothing waited.
    static func longest(_ waits: [Wait], _ sends: [ContinuousClock.Instant]) -> Duration {
        var longest = Duration.zero
        var before: ContinuousClock.Instant?
        for send in sends {
            let waiting = waits.filter { $0.since < send && $0.until >= send }.map(\.since).min()
            if let waiting { longest = max(longest, max(waiting, before ?? waiting).duration(to: send)) }
            before = send
        }
        return longest
    }
}
