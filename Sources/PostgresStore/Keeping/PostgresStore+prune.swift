import FoundationEssentials
import Store

extension PostgresStore {
    /// Deletes applied journal entries, quarantine and evidence older than the date, except what a pending or dead
    /// notification needs. One node at a time does it; where another one is at it, nothing is done here.
    ///
    /// - Parameter date: What is older may go.
    /// - Throws: `CancellationError` between two steps, or when a step failed; what was done before stays done.
    func pruneRows(before date: Date) async throws {
        guard let scope = try await preparePartitions(before: date) else { return }
        for step in Prune.steps {
            var next: Int64? = 0
            while let from = next {
                try Task.checkCancellation()
                let progress = try await write(on: housekeeping) { session, change in
                    try Prune.run(step, scope, after: from, session, &change)
                }
                switch progress {
                case .goOn(let after): next = after
                case .through: next = nil
                case .elsewhere: return
                }
            }
        }
        try await dropPartitions(before: date)
    }
}
