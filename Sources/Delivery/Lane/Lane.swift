package import FoundationEssentials
package import Routing
package import Store

/// The queue of one destination resource as a state machine: how much may be under way, and when.
///
/// No clock, network or store: whoever drives it tells the time by a clock that is never set, asks how much may begin, and
/// reports what became of it. Failures that are the message's or one recipient's fault never slow a lane down; ``Suspects``
/// tells which are the message's, where the answer does not.
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

        /// What a destination says, or its type.
        package init(_ destination: Destination) {
            self.init(rate: destination.effectiveRate, concurrency: destination.effectiveConcurrency)
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
    package private(set) var health: Health
    package private(set) var sending = 0
    /// How many of those under way are not CRITICAL.
    private var ordinary = 0
    /// How many may be under way at once while a lane that was broken gathers speed again.
    private var allowance: Int
    private var successes = 0
    /// Rises with each failure that counts and each recovery: sends that began before one say nothing about what came after it.
    private var era = 0
    private var bucket: TokenBucket?

    /// - Parameters:
    ///   - limits: How fast it may go.
    ///   - record: What an earlier process kept of it.
    ///   - now: The bucket is full at this moment, unless the record says otherwise.
    package init(limits: Limits, record: LaneRecord? = nil, now: Date) {
        self.limits = limits
        health = record.map { Health($0, now: now) } ?? Health()
        allowance = health.failures >= Lane.breakerThreshold ? 1 : limits.concurrency
        bucket = limits.rate.map { TokenBucket($0, now: now, paidUntil: record?.paidUntil) }
    }

    package var failures: Int { health.failures }
    package var notBefore: Date? { health.notBefore }

    package func state(now: Date) -> LaneStatus.State {
        if failures >= Lane.breakerThreshold || health.goneReason != nil { return .broken }
        return health.isResting(now: now) ? .waiting : .open
    }

    /// How many sends may begin now, if they are CRITICAL.
    ///
    /// After a failure one message at a time tries whether the destination is back.
    package mutating func room(now: Date) -> Int {
        guard health.isResting(now: now) == false else { return 0 }
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
        guard failures == 0, limits.rate == nil, allowance >= limits.concurrency else { return 0 }
        return min(limits.concurrency * 16, 128)
    }

    /// When to ask again, if time alone can change the answer.
    package func nextRoomAt(now: Date) -> Date? {
        if notBefore == nil, bucket == nil { return nil }
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
        case .delivered, .messageRefused, .recipientFailed: succeed(ticket)
        // The others of the lane have no part in it.
        case .destinationGone where outcome.isOwnFault: break
        case .destinationFailed where outcome.failsAlone, .destinationGone where outcome.failsAlone,
            .uncertain where outcome.failsAlone:
            break
        case .uncertain: fail(ticket, retryAfter: nil, gone: nil, now: now, using: &generator)
        case .destinationFailed(let retryAfter):
            fail(ticket, retryAfter: retryAfter, gone: nil, now: now, using: &generator)
        case .destinationGone:
            fail(ticket, retryAfter: nil, gone: outcome.goneReason, now: now, using: &generator)
        }
    }

    private mutating func succeed(_ ticket: Ticket) {
        guard ticket.era == era else { return }
        if failures > 0 {
            if failures >= Lane.breakerThreshold { allowance = 1 }
            health.succeed()
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
        gone: String?,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        let isFirst = ticket.era == era
        if isFirst { era += 1 }
        health.fail(isFirst: isFirst, retryAfter: retryAfter, gone: gone, now: now, using: &generator)
    }

    /// Lets a broken lane try again at once, slowly at first: a person says that it is back.
    package mutating func resume() {
        health.succeed()
        allowance = 1
        successes = 0
        era += 1
    }

    /// The next message tries at once, since something has changed that may have been in the way.
    package mutating func probeSoon() { health.probeSoon() }

    /// Takes over limits that may have been edited.
    package mutating func adopt(_ limits: Limits, now: Date) {
        guard limits != self.limits else { return }
        if limits.rate != self.limits.rate {
            let paid = bucket?.paidUntil
            bucket = limits.rate.map { TokenBucket($0, now: now, paidUntil: paid) }
        }
        if allowance >= self.limits.concurrency { allowance = limits.concurrency }
        self.limits = limits
    }

    /// What is kept over restarts.
    ///
    /// - Parameters:
    ///   - key: The lane's name.
    ///   - offset: Seconds from the lane's clock to the wall clock.
    /// - Returns: Moments in it are the wall clock's.
    package func record(key: String, offset: Double = 0) -> LaneRecord {
        LaneRecord(
            lane: key,
            goneReason: health.goneReason,
            failures: failures,
            notBefore: notBefore?.addingTimeInterval(offset),
            paidUntil: bucket?.paidUntil.addingTimeInterval(offset)
        )
    }
}
