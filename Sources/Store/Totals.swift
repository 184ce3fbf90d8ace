package import Triage

/// The promise in numbers, all of one moment.
///
/// Level one counts observations of findings, level two counts messages that were due or held back: one for each routed
/// observation, destination and recipient.
package struct Totals: Sendable, Hashable {
    /// Observations in accepted requests, redelivered ones included.
    package var received: Int
    /// Observations in journal entries that are not applied yet.
    package var waiting: Int
    /// Observations in journal entries that could not be applied and stand aside.
    package var setAside: Int
    /// Observations of events that had been applied before; counted, not processed.
    package var redelivered: Int
    package var routed: Int
    package var suppressed: Int
    package var unrouted: Int

    /// Routed observations × destinations × recipients.
    package var due: Int
    package var delivered: Int
    /// Pending or sending.
    package var pending: Int
    package var dead: Int
    package var held: [HeldReason: Int]

    /// Requests or items that could not be read; beside the equation.
    package var quarantined: Int
    package var quarantine: Quarantine
    package var appliedPosition: Int64
    package var lastPosition: Int64

    package init(
        received: Int = 0,
        waiting: Int = 0,
        setAside: Int = 0,
        redelivered: Int = 0,
        routed: Int = 0,
        suppressed: Int = 0,
        unrouted: Int = 0,
        due: Int = 0,
        delivered: Int = 0,
        pending: Int = 0,
        dead: Int = 0,
        held: [HeldReason: Int] = [:],
        quarantined: Int = 0,
        quarantine: Quarantine = Quarantine(),
        appliedPosition: Int64 = 0,
        lastPosition: Int64 = 0
    ) {
        self.received = received
        self.waiting = waiting
        self.setAside = setAside
        self.redelivered = redelivered
        self.routed = routed
        self.suppressed = suppressed
        self.unrouted = unrouted
        self.due = due
        self.delivered = delivered
        self.pending = pending
        self.dead = dead
        self.held = held
        self.quarantined = quarantined
        self.quarantine = quarantine
        self.appliedPosition = appliedPosition
        self.lastPosition = lastPosition
    }

    /// What of the quarantined items is there now.
    package struct Quarantine: Sendable, Hashable {
        package var items: Int
        /// With their reasons.
        package var bytes: Int
        /// Items that were dropped because there was no room for them, ever since.
        package var dropped: Int

        package init(items: Int = 0, bytes: Int = 0, dropped: Int = 0) {
            self.items = items
            self.bytes = bytes
            self.dropped = dropped
        }
    }

    /// Observations that were accepted and are not repetitions of earlier events.
    package var accepted: Int { received - redelivered }

    /// Whether nothing is missing on either level.
    package var isBalanced: Bool {
        accepted == waiting + setAside + routed + suppressed + unrouted
            && due == delivered + pending + dead + held.values.reduce(0, +)
    }
}
