package import FoundationEssentials
package import Store

/// How something that takes messages does: the resource of a lane, one destination of it, or one mailbox.
///
/// Whatever fails is tried again with one message after a rest that grows to ten minutes; nothing here waits for a person.
/// All moments are of one clock that is never set.
package struct Health: Sendable, Hashable {
    /// The longest rest that anybody may ask for: ``BackOff/longestRetryAfter``.
    package static let longestRest = ClockAllowance.longestRest

    /// Consecutive failures.
    package private(set) var failures = 0
    /// Nothing is tried before.
    package private(set) var notBefore: Date?
    /// When the first of the consecutive failures was.
    package private(set) var failingSince: Date?
    /// Why it looks as if it would not come back by itself, e.g. a wrong password; `nil` when it does not.
    package private(set) var goneReason: String?

    package init() {}

    /// As an earlier process left it: what was broken or looked gone is tried at once, and so is what would rest longer than
    /// anything may, since then a clock was set meanwhile.
    ///
    /// - Parameters:
    ///   - record: What was kept of it.
    ///   - now: No rest reaches further than ``longestRest`` from here.
    package init(_ record: LaneRecord, now: Date) {
        guard record.failures > 0 else { return }
        failures = record.failures
        goneReason = record.goneReason
        failingSince = now
        guard goneReason == nil, failures < Lane.breakerThreshold, let notBefore = record.notBefore,
            notBefore <= now.addingTimeInterval(Health.longestRest)
        else { return }
        self.notBefore = notBefore
    }

    package func isResting(now: Date) -> Bool { notBefore.map { $0 > now } ?? false }

    /// A try has failed.
    ///
    /// - Parameters:
    ///   - isFirst: Whether it counts; of tries that fail together only the first does, but a Retry-After counts from each.
    ///   - retryAfter: What the receiver asked for.
    ///   - gone: Why it will not pass by itself, if it will not.
    ///   - now: The end of the try.
    ///   - generator: Source of the jitter.
    package mutating func fail(
        isFirst: Bool = true,
        retryAfter: Duration?,
        gone: String? = nil,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        if isFirst || gone != nil { failures = isFirst ? failures + 1 : max(1, failures) }
        if failingSince == nil { failingSince = now }
        if let gone { goneReason = gone }
        guard isFirst || retryAfter != nil else { return }
        let rest = BackOff.rest(after: max(1, failures), retryAfter: retryAfter, using: &generator)
        let until = now.addingTimeInterval(rest)
        notBefore = notBefore.map { max($0, until) } ?? until
    }

    /// Nothing is tried before, without a failure that counts.
    mutating func rest(until date: Date) { notBefore = date }

    package mutating func succeed() { self = Health() }

    /// The next message tries at once.
    package mutating func probeSoon() { notBefore = nil }

    /// Whether what waits goes to the fallback: at once when it looks gone, after five minutes of failing otherwise.
    package func yieldsToFallback(now: Date) -> Bool {
        guard failures > 0 else { return false }
        if goneReason != nil { return true }
        guard failures >= Lane.breakerThreshold, let failingSince else { return false }
        return now.timeIntervalSince(failingSince) >= 300
    }
}
