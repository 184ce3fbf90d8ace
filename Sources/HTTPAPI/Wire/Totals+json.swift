import Findings
import FoundationEssentials
import Store
import Triage

extension Totals {
    /// The promise in its own words:
    /// `accepted = waiting + setAside + routed + suppressed + unrouted`, and `due = delivered + pending + dead + held`.
    var json: JSONValue {
        [
            "balanced": .bool(isBalanced),
            "received": .integer(received),
            "redelivered": .integer(redelivered),
            "accepted": .integer(accepted),
            "waiting": .integer(waiting),
            "setAside": .integer(setAside),
            "routed": .integer(routed),
            "suppressed": .integer(suppressed),
            "unrouted": .integer(unrouted),
            "due": .integer(due),
            "delivered": .integer(delivered),
            "pending": .integer(pending),
            "dead": .integer(dead),
            "held": .object(HeldReason.allCases.map { .init($0.rawValue, .integer(held[$0] ?? 0)) }),
        ]
    }
}

extension RouteRevision {
    var json: JSONValue {
        .compact([
            "version": .integer(version),
            "hash": .string(hash),
            "author": .string(author),
            "activatedAt": .string(activatedAt.iso8601),
            "origin": .string(origin.rawValue),
            "note": note.map { .string($0) },
            "parent": parent.map { .integer($0) },
        ])
    }
}

extension RouteReload {
    var json: JSONValue {
        switch self {
        case .activated(let revision): ["result": "activated", "version": .integer(revision.version), "problems": []]
        case .unchanged(let revision): ["result": "unchanged", "version": .integer(revision.version), "problems": []]
        case .refused(let problems):
            ["result": "refused", "version": .null, "problems": .array(problems.map { .string($0) })]
        }
    }
}
