import FoundationEssentials
import Store

/// The processes that work on the store, and which of them does what.
package struct NodeOperations: Sendable {
    let leases: any Leases
    let lanes: any Lanes
    let node: ThisNode
    let now: @Sendable () -> Date
    /// Nodes are read where this one is heard by the others, which must not be kept waiting by whoever looks.
    private let recent = RecentAnswer<[NodeRecord]>(keptFor: 1)

    init(leases: any Leases, lanes: any Lanes, node: ThisNode, now: @escaping @Sendable () -> Date) {
        self.leases = leases
        self.lanes = lanes
        self.node = node
        self.now = now
    }

    /// Whether others work on the same store.
    package var isShared: Bool { leases.isShared }

    /// This process, without asking the store.
    package var standing: ThisNode.Standing {
        ThisNode.Standing(
            number: node.number(),
            name: node.name,
            isShared: leases.isShared,
            leads: leases.mayDo(.triage),
            clockSkew: node.clockSkew(),
            isClockOff: node.isClockOff()
        )
    }

    /// Every process, the longest running first, as of the last second.
    ///
    /// - Returns: At least this one.
    /// - Throws: When the store cannot be read.
    package func list() async throws -> [NodeState] {
        let records = try await recent.value(at: now()) { try await leases.nodes() }
        let all = await lanes.status()
        let destinations = Dictionary(grouping: all, by: \.lane).mapValues { $0.map(\.destination) }
        return records.map { record in
            var served: [NodeState.ServedLane] = []
            for held in record.work {
                guard case .lane(let lane) = held.work else { continue }
                served.append(.init(lane: lane, destinations: destinations[lane] ?? [], since: held.since))
            }
            if leases.isShared == false {
                served = destinations.map { .init(lane: $0, destinations: $1, since: record.startedAt) }
            }
            return NodeState(
                number: record.number,
                name: record.name,
                version: record.program,
                startedAt: record.startedAt,
                isThis: record.isThis,
                leads: record.work.contains { $0.work == .triage },
                keepsHouse: record.work.contains { $0.work == .housekeeping },
                lanes: served.sorted { $0.lane < $1.lane }
            )
        }
    }

    /// The node that sends for each destination; empty where one process does everything.
    ///
    /// - Returns: By the destination's name; one is missing while its lane goes from a node to another.
    /// - Throws: When the store cannot be read.
    package func serving() async throws -> [String: ServingNode] {
        guard leases.isShared else { return [:] }
        return NodeOperations.serving(try await list())
    }

    static func serving(_ nodes: [NodeState]) -> [String: ServingNode] {
        var serving: [String: ServingNode] = [:]
        for node in nodes {
            for lane in node.lanes {
                for destination in lane.destinations {
                    serving[destination] = ServingNode(
                        number: node.number,
                        name: node.name,
                        isThis: node.isThis,
                        since: lane.since
                    )
                }
            }
        }
        return serving
    }
}
