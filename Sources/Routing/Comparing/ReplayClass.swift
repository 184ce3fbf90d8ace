/// What other rules mean for an observation, or for a finding: exactly one of these.
///
/// The worst comes first; a finding is in the worst class of all its observations.
package enum ReplayClass: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Somebody was told, and nobody is now, since no rule sends it anywhere.
    case nobody
    /// Suppressed now, and not before.
    case suppressed
    /// Told at some of the places where it was told.
    case fewer
    /// Told at a place where it was not told.
    case elsewhere
    /// Told at the same places on other terms.
    case terms
    /// Somebody is told of what reached nobody.
    case told
    case unchanged

    /// What is worse is less.
    package static func < (one: ReplayClass, other: ReplayClass) -> Bool { one.place < other.place }

    private var place: Int {
        switch self {
        case .nobody: 0
        case .suppressed: 1
        case .fewer: 2
        case .elsewhere: 3
        case .terms: 4
        case .told: 5
        case .unchanged: 6
        }
    }
}
