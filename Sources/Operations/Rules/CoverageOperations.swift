package import Findings
package import FoundationEssentials
package import Routing
import Replay
import Store
import Synchronization

/// Who is told of what, worked out once for each set of rules.
package final class CoverageOperations: Sendable {
    private struct Known {
        var table: RoutingTable
        var other: RoutingTable?
        var coverage: Coverage
    }

    private let rules: RuleReader
    private let statistics: any Statistics
    private let now: @Sendable () -> Date
    private let known = Mutex<[Known]>([])
    private let counted = RecentAnswer<PlaceCounts>(keptFor: 60)

    /// The rules in force and one draft, each of them alone and beside the other.
    private static let mostKnown = 3
    /// Findings that were seen in so many days are counted.
    package static let days = LookBack.usualDays

    init(rules: RuleReader, statistics: any Statistics, now: @escaping @Sendable () -> Date) {
        self.rules = rules
        self.statistics = statistics
        self.now = now
    }

    /// The coverage of rules, and how many findings of each place there were.
    ///
    /// - Parameters:
    ///   - source: Which rules.
    ///   - isCompared: Whether each cell says what the rules in force make of its example, if that is something else.
    /// - Returns: The coverage with the counts of its rows of places.
    /// - Throws: ``RuleRefusal``, or when something cannot be read.
    @concurrent
    package func coverage(of source: RuleSource = .active, isCompared: Bool = false) async throws -> CoverageReport {
        let table = try await rules.table(source)
        let active = try await rules.table(.active)
        let coverage = coverage(of: table, beside: isCompared && table !== active ? active : nil)
        let places = try await places()
        return CoverageReport(
            version: table === active || table.version > 0 ? table.version : nil,
            coverage: coverage,
            counts: places.counts(of: coverage.rows),
            since: places.since,
            countedAt: places.countedAt
        )
    }

    private func coverage(of table: RoutingTable, beside other: RoutingTable?) -> Coverage {
        let found = known.withLock { $0.first { $0.table === table && $0.other === other } }
        if let found { return found.coverage }
        let coverage = Coverage(table, comparedWith: other)
        known.withLock { known in
            known.insert(Known(table: table, other: other, coverage: coverage), at: 0)
            if known.count > CoverageOperations.mostKnown { known.removeLast() }
        }
        return coverage
    }

    private func places() async throws -> PlaceCounts {
        let time = now()
        let since = time.addingTimeInterval(-Double(CoverageOperations.days) * 86_400)
        return try await counted.value(at: time) {
            PlaceCounts(since: since, countedAt: time, list: try await statistics.placeCounts(since: since))
        }
    }
}

/// The coverage of one set of rules.
package struct CoverageReport: Sendable {
    /// Of the rules; `nil` when they have none.
    package var version: Int?
    package var coverage: Coverage
    /// How many findings there were, for each of the coverage's rows of places; rows may stand for the same findings.
    package var counts: [[Severity: Int]]
    /// From when on they were seen.
    package var since: Date
    package var countedAt: Date
}

/// How many findings were seen where.
private struct PlaceCounts: Sendable {
    var since: Date
    var countedAt: Date
    var list: [PlaceCount]

    /// The counts of rows, in their order.
    func counts(of rows: [Coverage.Row]) -> [[Severity: Int]] {
        // Rows share their accounts, and places theirs: each account is held against each group once.
        var groups: [String: [Int]] = [:]
        for (place, row) in rows.enumerated() { groups[row.place.accountWords, default: []].append(place) }
        var byAccount: [String?: [Int]] = [:]
        var byRegion: [String?: Set<Int>] = [:]
        var counts = [[Severity: Int]](repeating: [:], count: rows.count)
        for count in list {
            let ofAccount =
                byAccount[count.account]
                ?? groups.values.filter { rows[$0[0]].place.takes(account: count.account) }.flatMap(\.self)
            byAccount[count.account] = ofAccount
            let ofRegion =
                byRegion[count.region] ?? Set(rows.indices.filter { rows[$0].place.takes(region: count.region) })
            byRegion[count.region] = ofRegion
            for place in ofAccount where ofRegion.contains(place) {
                counts[place][count.severity, default: 0] += count.count
            }
        }
        return counts
    }
}
