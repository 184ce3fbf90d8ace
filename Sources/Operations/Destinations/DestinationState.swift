package import Routing
package import Store

/// A destination as an operator sees it: what the rules say, what its lane does, what waits for it.
package struct DestinationState: Sendable {
    package var name: String
    /// `nil` when the rules in force do not name it any more.
    package var destination: Destination?
    package var lane: LaneStatus?
    package var backlog: DestinationBacklog?
    /// What it needs to be sent to, and whether that is there.
    package var secrets: [SecretState] = []
    /// Whether a rule, the fallback or another destination of the rules in force sends there.
    package var isUsed = true

    /// The word for a destination that only messages of earlier rules still name.
    static let removed = "removed"

    /// A lane's state, or `removed`.
    package var state: String { lane?.state.rawValue ?? DestinationState.removed }
}

/// A secret that a destination needs, never what it holds.
package struct SecretState: Sendable, Hashable {
    package var reference: SecretReference
    /// Why it cannot be used, such as `is not set`; `nil` when it is there.
    package var problem: String?

    init(_ reference: SecretReference, in source: SecretSource) {
        self.reference = reference
        do throws(SecretError) {
            _ = try source.resolve(reference)
        } catch {
            problem = error.reason
        }
    }
}

extension RouteDocument {
    /// The destinations that somebody is sent to.
    var usedDestinations: Set<String> {
        var names = Set(rules.lazy.filter(\.isEnabled).flatMap(\.send))
        names.formUnion(fallback?.send ?? [])
        names.formUnion(destinations.compactMap(\.fallback))
        return names
    }
}
