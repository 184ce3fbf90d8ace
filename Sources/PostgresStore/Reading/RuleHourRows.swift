import FoundationEssentials
import Store
import Triage

/// How often each rule was of weight in each hour.
enum RuleHourRows {
    /// What rules were counted with, by day.
    static func days(of rules: [String], since hour: Int, _ session: Session) throws -> [String: [RuleDay]] {
        let rows = try session.all(
            """
            SELECT rule, hour / 24 AS day, sum(matched)::bigint, sum(ended)::bigint, sum(first)::bigint FROM rule_hours
            WHERE rule = ANY($1) AND hour >= $2 GROUP BY rule, hour / 24 ORDER BY rule, day
            """,
            [rules, hour]
        ) { row in
            let counts = RuleCounts(matched: try row.count(2), ended: try row.count(3), first: try row.count(4))
            return (rule: try row.text(0), day: RuleDay(day: try row.count(1), counts: counts))
        }
        return Dictionary(grouping: rows, by: \.rule).mapValues { $0.map(\.day) }
    }
}
