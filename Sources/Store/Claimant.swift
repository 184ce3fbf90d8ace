import Findings
import Triage

/// The lane that claims, as far as recovery has to know it.
package struct Claimant: Sendable, Hashable {
    /// See ``LaneRecord/lane``.
    package var lane: String
    /// One of what is claimed now begins only while fewer than so many others of the lane are begun, or put back, without
    /// that being written down; 1 or more.
    package var concurrency: Int
    /// Recipients that are left for now; what is for them stays pending.
    package var resting: Set<String>
    /// Notifications that are left for now, by id.
    package var leaving: Set<String>

    package init(lane: String, concurrency: Int, resting: Set<String> = [], leaving: Set<String> = []) {
        self.lane = lane
        self.concurrency = concurrency
        self.resting = resting
        self.leaving = leaving
    }
}

/// Tells which of the notifications that are `sending` may have been begun, and which only waited for their turn.
///
/// A lane begins what is CRITICAL before all else, and otherwise in the order in which it claimed. So whatever it claimed
/// before a message that it begins, or whatever CRITICAL it claimed before a CRITICAL one, is begun, put back or settled
/// by then; of what is not settled there are fewer than the concurrency. What has that many before it cannot have been
/// begun.
package struct BegunClaims: Sendable {
    private var claimed: [String: Int] = [:]
    private var critical: [String: Int] = [:]

    package init() {}

    /// To be asked about every notification that is `sending`, in the order in which they were claimed.
    ///
    /// - Parameters:
    ///   - claimant: Who claimed it; `nil` when that is not known, or when all that is claimed is begun at once.
    ///   - isCritical: See ``Notification/isCritical``.
    /// - Returns: Whether its send may have begun.
    package mutating func mayInclude(_ claimant: Claimant?, isCritical: Bool) -> Bool {
        guard let claimant else { return true }
        let before = (isCritical ? critical : claimed)[claimant.lane] ?? 0
        claimed[claimant.lane, default: 0] += 1
        if isCritical { critical[claimant.lane, default: 0] += 1 }
        return before < claimant.concurrency
    }
}

extension Notification {
    /// Whether it may take the place that a lane keeps free, and goes before whatever else a lane has claimed.
    package var isCritical: Bool { content.severity == .critical }
}
