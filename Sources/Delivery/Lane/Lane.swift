package import FoundationEssentials
package import Routing
package import Store

/// The queue of one destination resource as a state machine: how much may be under way, and when.
///
/// No clock, network or store: whoever drives it tells the time, asks how much may begin, and reports what became of it.
/// Failures that are the message's fault never slow a lane down.
package struct Lane: Sendable {
    /// How fast a lane may go.
    package struct Limits: Sendable, Hashable {
        package var rate: Rate?
        /// 1 or more.
        package var concurrency: Int

        package init(rate: Rate?, concurrency: Int) {
            self.rate = rate
            self.concurrency = concurrency
        }

        /// What a destination says, or its transport's default: Slack one message at a time, webhooks 8, mail 2, as
        /// many as there are SMTP threads.
        package init(_ destination: Destination) {
            rate = destination.effectiveRate
            concurrency =
                switch destination.transport {
                case .slack: destination.concurrency ?? 1
                case .email: destination.concurrency ?? 2
                case .webhook: destination.concurrency ?? 8
                }
        }

        /// The stricter of both: destinations of one resource share its budget.
        package func tightened(by other: Limits) -> Limits {
            let rate: Rate? =
                switch (self.rate, other.rate) {
                case (let rate?, let otherRate?): rate.perSecond <= otherRate.perSecond ? rate : otherRate
                case (let rate, nil): rate
                case (nil, let rate): rate
                }
            return Limits(rate: rate, concurrency: min(concurrency, other.concurrency))
        }
    }

    /// A send under way; given back with its result.
    package struct Ticket: Sendable, Hashable {
        fileprivate let era: Int
        fileprivate let isCritical: Bool
    }

    /// Consecutive failures from which on the breaker is open.
    package static let breakerThreshold = 5

    package private(set) var limits: Limits
    package private(set) var failures: Int
    package private(set) var notBefore: Date?
    package private(set) var pausedReason: String?
    package private(set) var sending = 0
    /// How many of those under way are not CRITICAL.
    private var ordinary = 0
    /// When the first of the consecutive failures was.
    package private(set) var failingSince: Date?
    /// How many may be under way at once while a lane that was broken gathers speed again.
    private var allowance: Int
    private var successes = 0
    /// Rises with each failure that counts and each recovery: sends that began before one say nothing about what came after it.
    private var era = 0
    private var bucket: TokenBucket?

    /// - Parameters:
    ///   - limits: How fast it may go.
    ///   - record: What an earlier process kept of it.
    ///   - now: The bucket is full at this moment.
    package init(limits: Limits, record: LaneRecord? = nil, now: Date) {
        self.limits = limits
        failures = record?.failures ?? 0
        notBefore = record?.notBefore
        pausedReason = record?.pausedReason
        failingSince = failures > 0 ? now : nil
        allowance = failures >= Lane.breakerThreshold ? 1 : limits.concurrency
        bucket = limits.rate.map { TokenBucket($0, now: now) }
    }

    package func state(now: Date) -> LaneStatus.State {
        if pausedReason != nil { return .paused }
        if failures >= Lane.breakerThreshold { return .broken }
        if let notBefore, notBefore > now { return .waiting }
        return .open
    }

    /// How many sends may begin now, if they are CRITICAL.
    ///
    /// After a failure one message at a time tries whether the destination is back.
    package mutating func room(now: Date) -> Int {
        guard pausedReason == nil else { return 0 }
        if let notBefore, notBefore > now { return 0 }
        let free = max(0, width - sending)
        guard let tokens = bucket?.available(now: now) else { return free }
        return min(free, tokens)
    }

    /// How many sends may begin now, if they are not CRITICAL: where there is more than one place, one is kept free, so that
    /// what is CRITICAL never waits behind slow sends.
    package mutating func ordinaryRoom(now: Date) -> Int {
        min(room(now: now), max(0, (width > 1 ? width - 1 : width) - ordinary))
    }

    private var width: Int { failures > 0 ? 1 : min(limits.concurrency, allowance) }

    /// How many notifications it makes sense to hold ready beside those under way: some for a lane that runs at full
    /// speed without a rate, none for any other, so that what is claimed is soon sent.
    package var reserve: Int {
        guard pausedReason == nil, failures == 0, limits.rate == nil, allowance >= limits.concurrency else { return 0 }
        return min(limits.concurrency * 16, 128)
    }

    /// When to ask again, if time alone can change the answer.
    package func nextRoomAt(now: Date) -> Date? {
        guard pausedReason == nil else { return nil }
        let times = [notBefore, bucket?.nextAt()].compactMap { $0 }.filter { $0 > now }
        return times.max()
    }

    /// A send begins.
    ///
    /// - Parameters:
    ///   - isCritical: Whether it may take the place that is kept free.
    ///   - now: The time of the beginning.
    /// - Returns: The ticket to give back, or `nil` when there is no room.
    package mutating func begin(isCritical: Bool, now: Date) -> Ticket? {
        guard (isCritical ? room(now: now) : ordinaryRoom(now: now)) > 0 else { return nil }
        bucket?.take()
        sending += 1
        if isCritical == false { ordinary += 1 }
        return Ticket(era: era, isCritical: isCritical)
    }

    /// A send has ended.
    ///
    /// Of sends that fail together only the first counts: they say one thing, once. A Retry-After counts from each.
    ///
    /// - Parameters:
    ///   - ticket: What ``begin(isCritical:now:)`` gave.
    ///   - outcome: What became of it.
    ///   - now: The time of the end.
    ///   - generator: Source of the jitter.
    package mutating func end(
        _ ticket: Ticket,
        _ outcome: Outcome,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        sending = max(0, sending - 1)
        if ticket.isCritical == false { ordinary = max(0, ordinary - 1) }
        switch outcome.verdict {
        case .delivered, .messageRefused: succeed(ticket)
        case .uncertain: fail(ticket, retryAfter: nil, now: now, using: &generator)
        case .destinationFailed(let retryAfter): fail(ticket, retryAfter: retryAfter, now: now, using: &generator)
        case .destinationGone:
            fail(ticket, retryAfter: nil, now: now, using: &generator)
            failures = max(failures, 1)
            if pausedReason == nil { pausedReason = outcome.evidence.detail ?? "the destination is gone" }
        }
    }

    private mutating func succeed(_ ticket: Ticket) {
        guard ticket.era == era else { return }
        if failures > 0 {
            if failures >= Lane.breakerThreshold { allowance = 1 }
            failures = 0
            notBefore = nil
            failingSince = nil
            successes = 0
            era += 1
            return
        }
        guard allowance < limits.concurrency else { return }
        successes += 1
        if successes >= allowance {
            allowance += 1
            successes = 0
        }
    }

    private mutating func fail(
        _ ticket: Ticket,
        retryAfter: Duration?,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        let isFirst = ticket.era == era
        if isFirst {
            failures += 1
            era += 1
            if failingSince == nil { failingSince = now }
        }
        guard isFirst || retryAfter != nil else { return }
        let rest = BackOff.rest(after: max(1, failures), retryAfter: retryAfter, using: &generator)
        let until = now.addingTimeInterval(rest)
        notBefore = notBefore.map { max($0, until) } ?? until
    }

    /// Stops the lane by somebody's wish; what waits stays where it is.
    package mutating func pause(reason: String) {
        pausedReason = reason
        failures = 0
        failingSince = nil
    }

    /// Lets a paused or broken lane try again at once, slowly at first.
    package mutating func resume() {
        pausedReason = nil
        notBefore = nil
        failures = 0
        failingSince = nil
        allowance = 1
        successes = 0
        era += 1
    }

    /// Takes over limits that may have been edited.
    package mutating func adopt(_ limits: Limits, now: Date) {
        guard limits != self.limits else { return }
        if limits.rate != self.limits.rate { bucket = limits.rate.map { TokenBucket($0, now: now) } }
        if allowance >= self.limits.concurrency { allowance = limits.concurrency }
        self.limits = limits
    }

    /// Whether what waits goes to the fallback: at once when the destination is gone, after five minutes of failing
    /// otherwise, and never when a person paused the lane.
    package func yieldsToFallback(now: Date) -> Bool {
        guard failures > 0 else { return false }
        if pausedReason != nil { return true }
        guard failures >= Lane.breakerThreshold, let failingSince else { return false }
        return now.timeIntervalSince(failingSince) >= 300
    }

    /// What is kept over restarts.
    package func record(key: String) -> LaneRecord {
        LaneRecord(lane: key, pausedReason: pausedReason, failures: failures, notBefore: notBefore)
    }
}

extension Rate {
    fileprivate var perSecond: Double {
        let (seconds, attoseconds) = interval.components
        return Double(count) / max(Double(seconds) + Double(attoseconds) / 1e18, 1e-6)
    }
}
