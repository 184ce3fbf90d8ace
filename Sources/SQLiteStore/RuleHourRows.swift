import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// How often each rule was of weight in each hour.
enum RuleHourRows {
    static func add(_ counts: [RuleHour: RuleCounts], _ db: Database) throws {
        let add = try db.prepared(
            """
            INSERT INTO rule_hours VALUES (?, ?, ?, ?, ?) ON CONFLICT (rule, hour) DO UPDATE SET
                matched = matched + excluded.matched, ended = ended + excluded.ended, first = first + excluded.first
            """
        )
        for (place, count) in counts {
            try add.run([place.rule, place.hour, count.matched, count.ended, count.first])
        }
    }

    /// What rules were counted with, by day.
    static func days(of rules: [String], since hour: Int, _ db: Database) throws -> [String: [RuleDay]] {
        let names = JSONValue.array(rules.map { .string($0) }).text
        let rows = try db.rows(
            """
            SELECT r.rule, r.hour / 24 AS day, sum(r.matched), sum(r.ended), sum(r.first)
            FROM json_each(?) n CROSS JOIN rule_hours r ON r.rule = n.value AND r.hour >= ?
            GROUP BY r.rule, day ORDER BY r.rule, day
            """,
            [names, hour]
        )
        var days: [String: [RuleDay]] = [:]
        for row in rows {
            let counts = RuleCounts(matched: try row[2], ended: try row[3], first: try row[4])
            days[try row[0], default: []].append(RuleDay(day: try row[1], counts: counts))
        }
        return days
    }

    /// Deletes some of what is older than an hour.
    ///
    /// - Returns: Whether there may be more.
    static func prune(before hour: Int, limit: Int, _ db: Database) throws -> Bool {
        try db.run(
            """
            DELETE FROM rule_hours WHERE (rule, hour) IN (
                SELECT rule, hour FROM rule_hours INDEXED BY rule_hours_by_hour WHERE hour < ? LIMIT ?)
            """,
            [hour, limit]
        )
        return db.changesCount == limit
    }
}
