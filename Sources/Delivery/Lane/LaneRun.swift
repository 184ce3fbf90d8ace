import DequeModule
import FoundationEssentials
import Routing
import Store

/// A lane with what is under way in it; lives in the actor that drives it.
///
/// A class, so that what is held is not copied each time the lane is looked at.
final class LaneRun {
    var lane: Lane
    var destinations: [String: Destination]
    /// Sent, and the result not written down yet: a crash now would send them again.
    var unsettled = 0
    var isClaiming = false
    /// Nothing more can be claimed until something changes.
    var isDrained = false
    /// Nothing more that is CRITICAL can be claimed until something changes.
    var isCriticalDrained = false
    /// Rises whenever something changes that may have made a claim possible.
    private(set) var news = 0
    var wakeAt: Date?
    var isDiverting = false
    /// Nothing can be handed on to a fallback until something changes.
    var hasNothingToDivert = false
    /// Not handed on before, after there was nothing or the store failed.
    var divertAgainAt: Date?
    /// As the store knows it.
    var saved: LaneRecord?
    /// Claimed and not yet begun, each in the order in which they are to be sent.
    private var held: Deque<Held> = []
    private var heldCritical: Deque<Held> = []

    init(lane: Lane, destinations: [String: Destination], saved: LaneRecord?) {
        self.lane = lane
        self.destinations = destinations
        self.saved = saved
    }

    /// Claimed, and not yet begun.
    private struct Held {
        let notification: Notification
        /// What recovery goes by, whatever the rules say by now.
        let concurrency: Int
    }

    /// A send that may begin.
    final class Turn: Sendable {
        let lane: String
        let notification: Notification
        let destination: Destination
        let ticket: Lane.Ticket

        init(lane: String, notification: Notification, destination: Destination, ticket: Lane.Ticket) {
            self.lane = lane
            self.notification = notification
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
    private func mayBegin(_ held: Held) -> Bool { held.concurrency > lane.sending + unsettled }

    var heldCount: Int { held.count + heldCritical.count }

    /// Whether something is held for a destination that the lane no longer has.
    var holdsStray: Bool {
        func isStray(_ held: Held) -> Bool { destinations[held.notification.destination] == nil }
        return heldCritical.contains(where: isStray) || held.contains(where: isStray)
    }

    /// Keeps what was claimed until its turn.
    func hold(_ claimed: [Notification], within concurrency: Int) {
        for notification in claimed {
            let next = Held(notification: notification, concurrency: concurrency)
            if notification.isCritical { heldCritical.append(next) } else { held.append(next) }
        }
    }

    /// Takes the next one that may begin out of what is held: what is CRITICAL before all else.
    func next(_ key: String, now: Date) -> Turn? {
        let isCritical = heldCritical.isEmpty == false
        guard let first = isCritical ? heldCritical.first : held.first, mayBegin(first),
            let destination = destinations[first.notification.destination],
            (isCritical ? room(now: now) : ordinaryRoom(now: now)) > 0,
            let ticket = lane.begin(isCritical: isCritical, now: now)
        else { return nil }
        if isCritical { heldCritical.removeFirst() } else { held.removeFirst() }
        return Turn(lane: key, notification: first.notification, destination: destination, ticket: ticket)
    }

    /// Gives up everything that is held.
    func releaseHeld() -> [Notification] {
        defer {
            held = []
            heldCritical = []
        }
        return heldCritical.map(\.notification) + held.map(\.notification)
    }

    /// Something changed that may have made a claim possible.
    func hear() {
        isDrained = false
        isCriticalDrained = false
        hasNothingToDivert = false
        news += 1
    }

    /// A result was written down, which frees what waits behind it; that something CRITICAL waits is told by the store.
    func hearResult() {
        isDrained = false
        hasNothingToDivert = false
        news += 1
    }
}
