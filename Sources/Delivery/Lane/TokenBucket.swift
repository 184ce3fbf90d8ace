package import FoundationEssentials
package import Routing

/// So many messages at once, and one more for each share of the interval that has passed.
package struct TokenBucket: Sendable, Hashable {
    private let rate: Rate
    private var tokens: Double
    private var refilledAt: Date

    /// - Parameters:
    ///   - rate: How many in which time.
    ///   - now: The time.
    ///   - paidUntil: Up to when the rate is used by what was sent before; the bucket is full at that moment. `nil` for a full
    ///     one.
    package init(_ rate: Rate, now: Date, paidUntil: Date? = nil) {
        self.rate = rate
        refilledAt = now
        tokens = Double(rate.count)
        // A date that a wrong clock left is not believed beyond one whole interval.
        if let paidUntil { tokens -= min(tokens, max(0, paidUntil.timeIntervalSince(now)) * rate.perSecond) }
    }

    /// When the bucket is full again if nothing more is taken.
    package var paidUntil: Date { refilledAt.addingTimeInterval((Double(rate.count) - tokens) / rate.perSecond) }

    /// Whole tokens at hand. A clock that goes backwards gives none and takes none.
    package mutating func available(now: Date) -> Int {
        let passed = now.timeIntervalSince(refilledAt)
        if passed > 0 { tokens = min(Double(rate.count), tokens + passed * rate.perSecond) }
        if passed != 0 { refilledAt = now }
        // A share that is whole but for the rounding of the sum is whole.
        return Int(tokens + 1e-9)
    }

    package mutating func take() { tokens = max(0, tokens - 1) }

    /// When the next token is whole.
    package func nextAt() -> Date {
        tokens + 1e-9 >= 1 ? refilledAt : refilledAt.addingTimeInterval((1 - tokens) / rate.perSecond)
    }
}
