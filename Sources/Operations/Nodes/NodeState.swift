package import FoundationEssentials

/// A process that works on the store, and what it does there that only one may do at a time.
package struct NodeState: Sendable, Hashable {
    /// Never given twice; 0 for a process that works alone.
    package var number: Int64
    /// For people.
    package var name: String
    /// Of the program.
    package var version: String
    package var startedAt: Date
    /// Whether it is the one that answers.
    package var isThis: Bool
    /// Whether it applies what was accepted, and what is due by itself.
    package var leads: Bool
    /// Whether it deletes what is older than the retention.
    package var keepsHouse: Bool
    /// In the order of their names.
    package var lanes: [ServedLane]

    /// The lane of one resource for which a node sends.
    package struct ServedLane: Sendable, Hashable {
        package var lane: String
        /// The destinations of it under the rules in force, in their order.
        package var destinations: [String]
        package var since: Date
    }
}

/// The node that sends for a destination.
package struct ServingNode: Sendable, Hashable {
    package var number: Int64
    package var name: String
    /// Whether it is the one that answers.
    package var isThis: Bool
    package var since: Date
}
