import DequeModule
import FoundationEssentials
import Routing
import Store
import Triage

/// A lane with what is under way in it; lives in the actor that drives it.
///
/// A class, so that what was claimed is not copied each time the lane is looked at.
final class LaneRun {
    var lane: Lane
    var destinations: [String: Destination]
    /// What is wrong with one destination and no other of the lane, by name.
    var own: [String: Health] = [:]
    /// What was wrong when the lane's resource failed last, for people; `nil` since it took a message.
    private(set) var lastFault: String?
    /// What is wrong with one mailbox, by address.
    var recipients: [String: Health] = [:]
    /// Messages that may be at fault for what the lane's resource has answered.
    var suspects = Suspects()
    /// The same for one mailbox, by address.
    var recipientSuspects: [String: Suspects] = [:]
    /// Fingerprints of what each destination's secrets say, by name.
    var secretPrints: [String: Int] = [:]
    /// Claimed and not settled, by destination.
    private(set) var underWay: [String: Int] = [:]
    /// Sent, and the result not written down yet: a crash now would send them again.
    var unsettled = 0
    var isClaiming = false
    /// Nothing more can be claimed until something changes.
    var isDrained = false
    /// Nothing more that is CRITICAL can be claimed until something changes.
    var isCriticalDrained = false
    /// Rises whenever something changes that may have made a claim possible.
    private(set) var changes = 0
    var wakeAt: Date?
    var isDiverting = false
    /// Nothing can be handed on to a fallback until something changes.
    var hasNothingToDivert = false
    /// Not handed on before, after there was nothing or the store failed.
    var divertAgainAt: Date?
    /// As the store knows it.
    var saved: LaneRecord?
    /// Whether this node serves it.
    var isServed = false
    /// Claimed and not yet begun, each in the order in which they are to be sent.
    private var claims: Deque<Claim> = []
    private var criticalClaims: Deque<Claim> = []

    init(lane: Lane, destinations: [String: Destination], saved: LaneRecord?) {
        self.lane = lane
        self.destinations = destinations
        self.saved = saved
    }

    /// Claimed, and not yet settled. A class, since a notification holds some forty references, each of which is counted
    /// when it is copied.
    final class Claim: Sendable {
        let notification: Notification
        /// What recovery goes by, whatever the rules say by now.
        let concurrency: Int
        /// Since when it is retried, by the lane's clock.
        let retryingSince: Date

        init(notification: Notification, concurrency: Int, retryingSince: Date) {
            self.notification = notification
            self.concurrency = concurrency
            self.retryingSince = retryingSince
        }
    }

    /// A send that may begin.
    final class Send: Sendable {
        let lane: String
        let claim: Claim
        let destination: Destination
        let ticket: Lane.Ticket

        init(lane: String, claim: Claim, destination: Destination, ticket: Lane.Ticket) {
            self.lane = lane
            self.claim = claim
            self.destination = destination
            self.ticket = ticket
        }
    }

    /// How many sends may begin now: one whose result is not written down yet counts as under way, so that a crash
    /// can repeat no more than the concurrency, however slow the disk is.
    func room(now: Date) -> Int { max(0, min(lane.room(now: now), unrepeated)) }

    /// The same for what is not CRITICAL.
    func ordinaryRoom(now: Date) -> Int { max(0, min(lane.ordinaryRoom(now: now), unrepeated)) }

    private var unrepeated: Int { lane.limits.concurrency - lane.sending - unsettled }

    /// The same for one that was claimed: see ``BegunClaims``.
    private func mayBegin(_ claim: Claim) -> Bool { claim.concurrency > lane.sending + unsettled }

    var claimCount: Int { claims.count + criticalClaims.count }

    /// Whether something was claimed for a destination that the lane no longer has.
    var hasStrayClaim: Bool {
        func isStray(_ claim: Claim) -> Bool { destinations[claim.notification.destination] == nil }
        return criticalClaims.contains(where: isStray) || claims.contains(where: isStray)
    }

    /// Keeps what was claimed until it may begin.
    ///
    /// - Parameters:
    ///   - claimed: In their order.
    ///   - concurrency: As the store knows it of the claim.
    ///   - offset: Seconds from the lane's clock to the wall clock, as that was set when they were claimed.
    func keep(_ claimed: [Notification], within concurrency: Int, offset: Double) {
        for notification in claimed {
            underWay[notification.destination, default: 0] += 1
            let since = notification.retryingSince.addingTimeInterval(-offset)
            let next = Claim(notification: notification, concurrency: concurrency, retryingSince: since)
            if notification.isCritical { criticalClaims.append(next) } else { claims.append(next) }
        }
    }

    /// Takes the next one that may begin out of what was claimed: what is CRITICAL before all else.
    func next(_ key: String, now: Date) -> Send? {
        let isCritical = criticalClaims.isEmpty == false
        guard let first = isCritical ? criticalClaims.first : claims.first, mayBegin(first),
            let destination = destinations[first.notification.destination],
            (isCritical ? room(now: now) : ordinaryRoom(now: now)) > 0,
            let ticket = lane.begin(isCritical: isCritical, now: now)
        else { return nil }
        if isCritical { criticalClaims.removeFirst() } else { claims.removeFirst() }
        return Send(lane: key, claim: first, destination: destination, ticket: ticket)
    }

    /// Gives up what was claimed and is meant.
    func releaseClaims(where isMeant: (Notification) -> Bool) -> [Notification] {
        let released = (criticalClaims + claims).map(\.notification).filter(isMeant)
        guard released.isEmpty == false else { return [] }
        criticalClaims.removeAll { isMeant($0.notification) }
        claims.removeAll { isMeant($0.notification) }
        for notification in released { endWay(of: notification.destination) }
        return released
    }

    /// One that was claimed is settled or given up.
    func endWay(of destination: String) {
        let left = (underWay[destination] ?? 0) - 1
        underWay[destination] = left > 0 ? left : nil
    }

    /// The recipients that rest.
    func restingRecipients(now: Date) -> Set<String> {
        recipients.isEmpty ? [] : Set(recipients.filter { $0.value.isResting(now: now) }.keys)
    }

    /// Whether a destination waits out something that is wrong with it alone: with itself, or with all its recipients.
    func restsAlone(_ destination: Destination, now: Date) -> Bool {
        troubles(of: destination).contains { $0.isEmpty == false && $0.allSatisfy { $0.isResting(now: now) } }
    }

    /// Whether what waits for a destination goes to its fallback now. With room for a probe, the probe comes first: without
    /// one nobody would learn that the destination is back.
    func yields(_ destination: Destination, now: Date) -> Bool {
        if lane.health.yieldsToFallback(now: now), lane.room(now: now) == 0 { return true }
        return troubles(of: destination).contains {
            $0.isEmpty == false && $0.allSatisfy { $0.yieldsToFallback(now: now) && $0.isResting(now: now) }
        }
    }

    /// Whether the lane or the destination looks gone: then what it has to try again is handed on before it is due.
    func looksGone(_ destination: Destination) -> Bool {
        lane.health.goneReason != nil || own[destination.name]?.goneReason != nil
    }

    private func troubles(of destination: Destination) -> [[Health]] {
        if own.isEmpty, recipients.isEmpty { return [] }
        let mailboxes = destination.recipients.compactMap(\.self)
        let failing = mailboxes.compactMap { recipients[$0] }
        return [own[destination.name].map { [$0] } ?? [], failing.count == mailboxes.count ? failing : []]
    }

    /// Whom an outcome blames, beyond the lane.
    func note(
        _ outcome: Outcome,
        of notification: Notification,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        let name = notification.destination
        switch outcome.verdict {
        case .delivered, .messageRefused:
            own[name] = nil
            if let recipient = notification.recipient { recipients[recipient] = nil }
        case .recipientFailed(let retryAfter):
            own[name] = nil
            guard let recipient = notification.recipient, outcome.failsAlone == false else { return }
            recipients[recipient, default: Health()].fail(retryAfter: retryAfter, now: now, using: &generator)
        case .destinationGone where outcome.isOwnFault:
            own[name, default: Health()].fail(
                retryAfter: nil,
                gone: outcome.goneReason,
                now: now,
                using: &generator
            )
        case .destinationGone, .destinationFailed, .uncertain: break
        }
        switch outcome.verdict {
        case .delivered: lastFault = nil
        case .destinationGone where outcome.failsAlone, .destinationFailed where outcome.failsAlone,
            .uncertain where outcome.failsAlone:
            break
        case .destinationGone, .destinationFailed, .uncertain: lastFault = outcome.evidence.detail
        case .messageRefused, .recipientFailed: break
        }
    }

    /// Until when a message has to rest after an outcome.
    func restsUntil(_ outcome: Outcome, of notification: Notification) -> Date? {
        switch outcome.verdict {
        case .recipientFailed where outcome.failsAlone:
            notification.recipient.flatMap { recipientSuspects[$0]?.notBefore(notification.id) }
        case _ where outcome.failsAlone: suspects.notBefore(notification.id)
        case .recipientFailed: notification.recipient.flatMap { recipients[$0]?.notBefore }
        case .destinationGone where outcome.isOwnFault: own[notification.destination]?.notBefore
        default: lane.notBefore
        }
    }

    /// Something changed that may have made a claim possible.
    func noteChange() {
        isDrained = false
        isCriticalDrained = false
        hasNothingToDivert = false
        changes += 1
    }

    /// A result was written down, which frees what waits behind it; that something CRITICAL waits is told by the store.
    func noteResult() {
        isDrained = false
        hasNothingToDivert = false
        changes += 1
    }
}
