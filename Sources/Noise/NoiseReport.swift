package import Store

/// What became of a week.
package struct NoiseReport: Sendable, Hashable {
    package var size: FeedSize
    /// Findings in, events that arrived twice aside.
    package var observations = 0
    /// Those of them that say that something is wrong.
    package var active = 0
    package var redelivered = 0
    package var problems = 0
    package var delivered = 0
    package var byDestination: [String: Int] = [:]
    /// `single`, `reminder`, or why several alerts share a message.
    package var byOccasion: [String: Int] = [:]
    package var totals = Totals()
    package var criticalOpenings = 0
    /// CRITICAL openings that no destination was told of at once, with the reason.
    package var missing: [String] = []
    package var late: [String] = []
    /// From received to delivered, in seconds.
    package var worstCriticalDelay = 0.0
    package var seconds = 0.0

    package init(size: FeedSize) { self.size = size }

    /// The share of messages that are spared, compared with so many; what still waits counts as if each of its parts
    /// became a message.
    package func reduction(from messages: Int) -> Double {
        messages == 0 ? 0 : 1 - Double(delivered + totals.pending) / Double(messages)
    }

    /// Whether every CRITICAL opening came in time and the promise holds.
    package var isSound: Bool { missing.isEmpty && late.isEmpty && totals.isBalanced && totals.waiting == 0 }
}
