/// What one write changes in the totals.
package struct TotalsChange: Sendable, Hashable {
    /// Only what changed.
    package private(set) var amounts: [Counter: Int] = [:]

    package init() {}

    package mutating func add(_ amount: Int, to counter: Counter) {
        guard amount != 0 else { return }
        amounts[counter, default: 0] += amount
    }

    package mutating func move(_ amount: Int, from source: Counter, to target: Counter) {
        add(-amount, to: source)
        add(amount, to: target)
    }

    package mutating func merge(_ other: TotalsChange) {
        for (counter, amount) in other.amounts { add(amount, to: counter) }
    }

    /// A stored number of ``Totals``.
    package enum Counter: Sendable, Hashable {
        case received, waiting, setAside, redelivered, routed, suppressed, unrouted
        case due, delivered, pending, dead
        case held(HeldReason)
        case quarantined
        /// What of it is kept, and what was dropped for want of room.
        case quarantineItems, quarantineBytes, quarantineDropped

        /// What the number is stored under.
        package var name: String {
            switch self {
            case .received: "received"
            case .waiting: "waiting"
            case .setAside: "set_aside"
            case .redelivered: "redelivered"
            case .routed: "routed"
            case .suppressed: "suppressed"
            case .unrouted: "unrouted"
            case .due: "due"
            case .delivered: "delivered"
            case .pending: "pending"
            case .dead: "dead"
            case .held(let reason): "held:\(reason.rawValue)"
            case .quarantined: "quarantined"
            case .quarantineItems: "quarantine:items"
            case .quarantineBytes: "quarantine:bytes"
            case .quarantineDropped: "quarantine:dropped"
            }
        }
    }
}
