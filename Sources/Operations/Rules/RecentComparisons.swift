import FoundationEssentials
import Routing
import Store
import Synchronization

/// What drafts are different in, as far as it was asked lately: every page about rules asks, and ten thousand rules take long
/// to compare.
final class RecentComparisons: Sendable {
    private struct Kept {
        var number: Int64
        /// A number may come again when a draft was thrown away.
        var createdAt: Date
        var change: Int
        var base: Int
        var comparison: RouteComparison?
    }

    private let kept = Mutex<[Kept]>([])
    private static let most = 8

    /// - Parameters:
    ///   - record: The draft; its number and change tell its text from every other.
    ///   - work: Compares it with the version that it was begun on.
    /// - Returns: What is different; `nil` when the text of that version is not kept any more.
    /// - Throws: When the work does.
    func comparison(
        of record: RouteDraft,
        work: () async throws -> RouteComparison?
    ) async throws -> RouteComparison? {
        func isSame(_ kept: Kept) -> Bool {
            kept.number == record.number && kept.createdAt == record.createdAt && kept.change == record.change
                && kept.base == record.content.base
        }
        if let known = kept.withLock({ $0.first(where: isSame) }) { return known.comparison }
        let comparison = try await work()
        kept.withLock { kept in
            kept.removeAll { $0.number == record.number }
            kept.insert(
                Kept(
                    number: record.number,
                    createdAt: record.createdAt,
                    change: record.change,
                    base: record.content.base,
                    comparison: comparison
                ),
                at: 0
            )
            if kept.count > RecentComparisons.most { kept.removeLast() }
        }
        return comparison
    }
}
