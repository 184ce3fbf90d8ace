package import FoundationEssentials
package import Routing
package import Store

/// Which program answers, and since when.
package struct Build: Sendable, Hashable {
    package var version: String
    package var startedAt: Date

    package init(version: String, startedAt: Date) {
        self.version = version
        self.startedAt = startedAt
    }
}

/// What is known of the service at a moment, although the store may not answer.
package struct ProcessStatus: Sendable, Hashable {
    package var build: Build
    package var node: ThisNode.Standing
    package var at: Date
    /// Whether the process is going down.
    package var isDraining: Bool
    package var health: StoreHealth
    /// Why each part does not work; a part that works is not in it.
    package var failing: [WorkReports.Part: String]
    /// The queues that are pulled, in the order of the rules in force.
    package var sources: [SourceState]
    /// How often the wall clock was set, and the last time.
    package var clockSteps: Int
    package var lastClockStep: ClockSteps.Step?
    /// The version of the rules in force, 0 before the first activation.
    package var rulesVersion: Int
    package var lastReload: RouteReload?

    /// Whole seconds since the start.
    package var uptime: Int { max(0, Int(at.timeIntervalSince(build.startedAt))) }
}

/// What the store holds at a moment.
package struct LedgerStatus: Sendable {
    package var active: RouteRevision?
    package var totals: Totals
    /// How many bytes the quarantine holds at most.
    package var quarantineLimit: Int
    package var destinations: [DestinationState]
    package var silences: [Silence.State: Int]
    /// Every process that works on the store, the longest running first.
    package var nodes: [NodeState]

    /// The node that sends for each destination, by its name; empty where one process does everything.
    package func serving(_ node: ThisNode.Standing) -> [String: ServingNode] {
        node.isShared ? NodeOperations.serving(nodes) : [:]
    }
}
