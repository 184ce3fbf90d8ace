package import Routing

/// A silence as an operator sees it at one moment.
package struct SilenceStatus: Sendable, Hashable {
    package var silence: Silence
    package var state: Silence.State
    /// Account groups of its condition that the rules no longer have, so that it matches nothing.
    package var missingGroups: [String]
}
