package import FoundationEssentials

/// Who of the nodes that share a store does what only one may do at a time.
///
/// A node that others may take for gone does nothing of it: it stops before they begin. What it had begun by then may be done
/// once more by another; the rows themselves keep what must not happen twice from happening.
package protocol Leases: Sendable {
    /// Whether other nodes work on the store, and may change what this one has read.
    var isShared: Bool { get }
    /// Whether this node may begin a piece of this work at this moment.
    func mayDo(_ work: LeasedWork) -> Bool
    /// Says which lanes there are in the rules that this node follows; it may serve any of them.
    func offer(lanes: Set<String>)
    /// Lanes that this node holds and is to give away: more than its share, or gone from the rules.
    var leavingLanes: Set<String> { get }
    /// Gives one of ``leavingLanes`` away, once nothing of it is under way here.
    func giveUp(lane: String) async
    /// Whether messages are left `sending` by a node that is gone, which ``Outbox/recover(now:)`` puts back.
    var hasLeftovers: Bool { get }
    /// Says whether this node can read the rules in force; one that cannot leaves leading and sending to others that can.
    func knowsRules(_ knows: Bool)
    /// An element whenever ``mayDo(_:)`` or ``hasLeftovers`` may have changed, and one at the beginning.
    var leaseChanges: AsyncStream<Void> { get }
    /// Every node that works here, the longest running first.
    ///
    /// - Returns: At least this one.
    /// - Throws: When the store cannot be read.
    func nodes() async throws -> [NodeRecord]
}

extension Leases {
    package var hasLeftovers: Bool { false }
    package var leavingLanes: Set<String> { [] }
    package func knowsRules(_ knows: Bool) {}
}

/// Work that one node does at a time.
package enum LeasedWork: Sendable, Hashable {
    /// Applying what was accepted, and what is due by itself.
    case triage
    /// Deleting what is older than the retention.
    case housekeeping
    /// Sending for one resource; see ``LaneRecord/lane``.
    case lane(String)

    /// `triage`, `housekeeping`, or `lane:` and the lane.
    package var name: String {
        switch self {
        case .triage: "triage"
        case .housekeeping: "housekeeping"
        case .lane(let lane): "lane:\(lane)"
        }
    }

    /// The work with this name; `nil` for a name of a later version.
    package init?(name: String) {
        switch name {
        case "triage": self = .triage
        case "housekeeping": self = .housekeeping
        default:
            guard name.hasPrefix("lane:") else { return nil }
            self = .lane(String(name.dropFirst(5)))
        }
    }
}

/// A process that works on a store.
package struct NodeRecord: Sendable, Hashable {
    /// Never given twice.
    package var number: Int64
    /// For people: the host's name, or what the operator calls it.
    package var name: String
    /// The version of the program.
    package var program: String
    package var startedAt: Date
    /// Whether it is the one that answers.
    package var isThis: Bool
    package var work: [Held]

    package init(
        number: Int64,
        name: String,
        program: String,
        startedAt: Date,
        isThis: Bool,
        work: [Held] = []
    ) {
        self.number = number
        self.name = name
        self.program = program
        self.startedAt = startedAt
        self.isThis = isThis
        self.work = work
    }

    /// A piece of work that it does, and since when.
    package struct Held: Sendable, Hashable {
        package var work: LeasedWork
        package var since: Date

        package init(work: LeasedWork, since: Date) {
            self.work = work
            self.since = since
        }
    }
}

/// The only process that works on its store: it does everything.
package final class SoleNode: Leases {
    private let record: NodeRecord
    private let signal = Signal()

    /// - Parameters:
    ///   - name: For people.
    ///   - program: The version of the program.
    ///   - startedAt: When it began.
    package init(name: String = "", program: String = "", startedAt: Date = Date()) {
        record = NodeRecord(
            number: 0,
            name: name,
            program: program,
            startedAt: startedAt,
            isThis: true,
            work: [.triage, .housekeeping].map { NodeRecord.Held(work: $0, since: startedAt) }
        )
    }

    package var isShared: Bool { false }
    package func mayDo(_ work: LeasedWork) -> Bool { true }
    package func offer(lanes: Set<String>) {}
    package func giveUp(lane: String) async {}
    package var leaseChanges: AsyncStream<Void> { signal.stream() }
    package func nodes() async throws -> [NodeRecord] { [record] }
}

/// What only one node may do is another's by now; nothing was done.
package struct LeaseLost: Error, Hashable, CustomStringConvertible {
    package var work: LeasedWork

    package init(_ work: LeasedWork) { self.work = work }

    package var description: String { "another node does the work `\(work.name)` by now" }
}

/// Other rules are in force than those by which something was decided; nothing was done.
package struct RulesChanged: Error, Hashable, CustomStringConvertible {
    /// The version in force.
    package var version: Int

    package init(version: Int) { self.version = version }

    package var description: String { "version \(version) of the rules is in force by now" }
}
