package import FoundationEssentials
import Synchronization

/// The rules that decide beside those in force and send nothing: read by whoever applies, replaced as a whole.
package final class ActiveShadow: Sendable {
    /// Rules under way, for as long as they decide beside others.
    package struct Candidate: Sendable {
        /// Of the shadow, as it is stored.
        package var number: Int64
        package var table: RoutingTable
        /// The version beside which it decides, and no other.
        package var base: Int
        package var endsAt: Date

        package init(number: Int64, table: RoutingTable, base: Int, endsAt: Date) {
            self.number = number
            self.table = table
            self.base = base
            self.endsAt = endsAt
        }
    }

    private let state = Mutex<Candidate?>(nil)

    package init() {}

    package var candidate: Candidate? { state.withLock { $0 } }

    /// Lets other rules decide beside those in force, or none.
    package func replace(with candidate: Candidate?) { state.withLock { $0 = candidate } }

    /// The candidate that decides what was received then, beside these rules.
    package func candidate(beside table: RoutingTable, receivedAt: Date) -> Candidate? {
        guard let candidate, candidate.base == table.version, receivedAt < candidate.endsAt else { return nil }
        return candidate
    }
}
