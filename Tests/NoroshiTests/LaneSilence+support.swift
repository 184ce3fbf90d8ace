/// For how long nothing was sent for a destination although something waited for it.
struct LaneSilence {
    /// What waited, from when it was accepted until it, or something newer of the same, was told.
    struct Wait {
        var since: ContinuousClock.Instant
        var until: ContinuousClock.Instant
    }

    /// The longest time in which something waited and nothing was sent, but for the rests after what was refused.
    ///
    /// - Parameters:
    ///   - waits: Of one destination.
    ///   - sends: What was sent to it, in order.
    /// - Returns: Zero when nothing waited.
    static func longest(_ waits: [Wait], _ sends: [Receiver.Heard]) -> Duration {
        var longest = Duration.zero
        var before: Receiver.Heard?
        for send in sends {
            defer { before = send }
            guard before?.isTaken != false else { continue }
            let waiting = waits.filter { $0.since < send.at && $0.until >= send.at }.map(\.since).min()
            if let waiting { longest = max(longest, max(waiting, before?.at ?? waiting).duration(to: send.at)) }
        }
        return longest
    }
}
