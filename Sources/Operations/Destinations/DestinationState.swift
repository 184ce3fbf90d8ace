package import Routing
package import Store

/// A destination as an operator sees it: what the rules say, what its lane does, what waits for it.
package struct DestinationState: Sendable {
    package var name: String
    /// `nil` when the rules in force do not name it any more.
    package var destination: Destination?
    package var lane: LaneStatus?
    package var backlog: DestinationBacklog?

    /// The word for a destination that only messages of earlier rules still name.
    static let removed = "removed"

    /// A lane's state, or `removed`.
    package var state: String { lane?.state.rawValue ?? DestinationState.removed }
}
