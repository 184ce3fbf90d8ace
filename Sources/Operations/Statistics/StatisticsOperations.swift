package import FoundationEssentials
import Replay
import Routing
package import Store
package import Triage

/// What was counted by the hour.
package struct StatisticsOperations: Sendable {
    let statistics: any Statistics
    let records: any Records
    let routes: ActiveRoutes
    let now: @Sendable () -> Date
    let slow = SlowFates()
    private let open = RecentAnswer<OpenAccounts>(keptFor: 30)

    init(
        statistics: any Statistics,
        records: any Records,
        routes: ActiveRoutes,
        now: @escaping @Sendable () -> Date
    ) {
        self.statistics = statistics
        self.records = records
        self.routes = routes
        self.now = now
    }

    /// How many days are counted where nobody says otherwise, the present one included.
    package static let usualDays = LookBack.usualDays

    /// The beginning of the day of UTC from which so many days reach to the present one.
    ///
    /// - Parameter days: 1 or more.
    /// - Returns: Midnight.
    package func begin(ofLast days: Int) -> Date {
        let today = (now().timeIntervalSince1970 / 86_400).rounded(.down)
        return Date(timeIntervalSince1970: (today - Double(days - 1)) * 86_400)
    }

    /// How many accounts are told apart whose findings are open.
    package static let mostOpenAccounts = 20

    /// Over how many hours the change of open findings is told.
    package static let changeHours = 24

    /// The accounts with the most severe open findings, at most half a minute old: a million findings take a second.
    ///
    /// - Returns: The worst first.
    /// - Throws: When it cannot be read.
    package func openAccounts() async throws -> OpenAccounts {
        let now = now()
        return try await open.value(at: now) {
            try await statistics.openAccounts(
                limit: StatisticsOperations.mostOpenAccounts,
                // The hour that has begun is one of them.
                changedSince: now.addingTimeInterval(-3_600 * Double(StatisticsOperations.changeHours - 1))
            )
        }
    }

    /// How often the rules in force were of weight, in their order; what no rule matched stands last, under the name of the
    /// fallback.
    ///
    /// - Parameters:
    ///   - since: From the hour of this moment on; the last days where there is none.
    ///   - page: How many rules, and after which.
    /// - Returns: A page of them, with the version of the rules and where the counting begins.
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    package func ruleCounts(since: Date?, page: Page) async throws -> (
        counts: Paged<RuleUse>, version: Int, since: Date
    ) {
        let begin = since ?? begin(ofLast: StatisticsOperations.usualDays)
        let table = routes.table
        let names = table.document.rules.map(\.name) + [RouteDocument.Fallback.name]
        let first = try page.cursor.map { try PageCursor($0, of: "c", count: 1).numbers[0] } ?? 0
        guard names.indices.contains(Int(clamping: first)) else { throw InvalidCursor() }
        let end = min(names.count, Int(first) + page.limit)
        let shown = Array(names[Int(first)..<end])
        let counts = try await ruleCounts(of: shown, since: begin)
        return (
            Paged(items: counts, next: end < names.count ? PageCursor("c", Int64(end)).text : nil), table.version, begin
        )
    }

    /// How often rules were of weight.
    ///
    /// - Parameters:
    ///   - names: Of the rules.
    ///   - since: From the hour of this moment on.
    /// - Returns: One for each name, in their order.
    /// - Throws: When it cannot be read.
    package func ruleCounts(of names: [String], since: Date) async throws -> [RuleUse] {
        let days = try await statistics.ruleDays(of: names, since: since)
        return names.map { RuleUse(rule: $0, days: days[$0] ?? []) }
    }
}

/// How often a rule was of weight, day by day.
package struct RuleUse: Sendable, Hashable {
    package var rule: String
    /// Days of UTC on which it was, in their order.
    package var days: [RuleDay]

    package init(rule: String, days: [RuleDay]) {
        self.rule = rule
        self.days = days
    }

    package var total: RuleCounts { days.reduce(into: RuleCounts()) { $0 += $1.counts } }
}
