/// Lets senders go before applying while the machine has more to do than it can.
///
/// Where many requests wait for their commit, applying rests three times as long as it has worked: what is accepted is on disk and can
/// wait, and a sender who gets no answer cannot.
struct GivingWay: Sendable {
    /// So many requests wait at once only where they come faster than they can be written.
    static let crowd = 32
    /// How many times as long as it has worked.
    static let share = 3
    static let longest = Duration.milliseconds(150)

    private var resumed: ContinuousClock.Instant?

    /// Called whenever applying is about to go on.
    ///
    /// - Parameters:
    ///   - waiting: How many requests wait for their commit.
    ///   - now: The moment.
    /// - Returns: How long to rest before; `nil` for not at all.
    mutating func rest(waiting: Int, now: ContinuousClock.Instant) -> Duration? {
        guard waiting >= GivingWay.crowd, let resumed else {
            self.resumed = now
            return nil
        }
        let rest = min(resumed.duration(to: now) * GivingWay.share, GivingWay.longest)
        self.resumed = now + rest
        return rest
    }
}
