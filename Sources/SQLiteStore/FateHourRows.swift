import FoundationEssentials
import GRDB
import Store
import Triage

/// What observations came to in each hour: as counted when they were applied, and put right by what is unsettled now.
enum FateHourRows {
    /// How many messages that wait or were given up are looked at, of each kind.
    static let mostUnsettled = 200_000

    static func add(_ counts: [FateHour: FateCounts], _ db: Database) throws {
        let add = try db.prepared(
            """
            INSERT INTO fate_hours VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (part, hour, name) DO UPDATE SET
                told = told + excluded.told, held = held + excluded.held,
                suppressed = suppressed + excluded.suppressed, unrouted = unrouted + excluded.unrouted
            """
        )
        for (place, count) in counts {
            try add.run([
                place.part.rawValue, place.hour, place.name, count.told, count.held, count.suppressed, count.unrouted,
            ])
        }
    }

    /// Deletes some of what is older than an hour.
    ///
    /// - Returns: Whether there may be more.
    static func prune(before hour: Int, limit: Int, _ db: Database) throws -> Bool {
        for part in CountedPart.allCases {
            try db.run(
                """
                DELETE FROM fate_hours WHERE (part, hour, name) IN (
                    SELECT part, hour, name FROM fate_hours WHERE part = ? AND hour < ? LIMIT ?)
                """,
                [part.rawValue, hour, limit]
            )
            if db.changesCount == limit { return true }
        }
        return false
    }

    /// The names with the most observations, most first.
    static func names(_ question: FateQuestion, _ db: Database) throws -> [String] {
        try db.rows(
            """
            SELECT name FROM fate_hours WHERE part = ? AND hour >= ? GROUP BY name
            ORDER BY sum(told + held + suppressed + unrouted) DESC, name LIMIT ?
            """,
            [question.part.rawValue, question.since.utcHour, question.limit]
        ).map { try $0[0] }
    }

    static func report(_ question: FateQuestion, _ db: Database) throws -> FateReport {
        let names = try names(question, db)
        let rows = try db.rows(
            """
            SELECT name, hour / ?, sum(told), sum(held), sum(suppressed), sum(unrouted) FROM fate_hours
            WHERE part = ? AND hour >= ? GROUP BY 1, 2
            """,
            [question.bucketHours, question.part.rawValue, question.since.utcHour]
        )
        return FateReport(
            names: names,
            counted: try rows.map { row in
                try FateReport.Counted(
                    name: row[0],
                    bucket: row[1],
                    counts: FateCounts(told: row[2], held: row[3], suppressed: row[4], unrouted: row[5])
                )
            },
            moved: try unsettled(question, db).map { row in
                try FateReport.Moved(name: row[0], bucket: row[1], wasHeld: row[2], rank: row[3], count: row[4])
            },
            firstHour: try db.integer("SELECT min(hour) FROM fate_hours WHERE part = 0")
        )
    }

    /// What is not as it was counted when it was applied: name, bucket, whether it was counted as held, what it is by now
    /// (0 held, 1 pending, 2 dead), and how many.
    private static func unsettled(_ question: FateQuestion, _ db: Database) throws -> [StoredRow] {
        let (name, join, by, own): (String, String, String, String) =
            switch question.part {
            case .all: ("''", "", "u.observation", "TRUE")
            case .source: ("coalesce(json_extract(o.content, '$.source'), '')", "", "u.observation", "TRUE")
            case .account:
                ("coalesce(f.account, '')", "JOIN findings f ON f.number = o.finding", "u.observation", "TRUE")
            case .destination:
                ("u.destination", "", "u.observation, u.destination", "json_extract(e.value, '$[0]') = u.destination")
            }
        // By destination everything counts that a destination was sent; otherwise observations that were routed.
        let routed = question.part == .destination ? "TRUE" : "o.disposition = 'routed'"
        return try db.rows(
            """
            WITH all_unsettled(observation, destination, rank) AS (
                SELECT * FROM (SELECT observation, coalesce(fallback_for, destination), 2 FROM notifications
                    INDEXED BY notifications_dead WHERE state = 3 AND transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT i.observation, i.destination, 2
                    FROM notifications n INDEXED BY notifications_dead CROSS JOIN waiting_items i ON i.notification = n.id
                    WHERE n.state = 3 AND n.bundle IS NOT NULL AND i.transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT observation, coalesce(fallback_for, destination), 1 FROM notifications
                    INDEXED BY notifications_queue WHERE state = 0 AND transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT i.observation, i.destination, 1
                    FROM notifications n INDEXED BY notifications_queue CROSS JOIN waiting_items i ON i.notification = n.id
                    WHERE n.state = 0 AND n.bundle IS NOT NULL AND i.transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT observation, coalesce(fallback_for, destination), 1 FROM notifications
                    INDEXED BY notifications_sending WHERE state = 1 AND transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT i.observation, i.destination, 1
                    FROM notifications n INDEXED BY notifications_sending CROSS JOIN waiting_items i ON i.notification = n.id
                    WHERE n.state = 1 AND n.bundle IS NOT NULL AND i.transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT observation, destination, 1 FROM waiting_items
                    INDEXED BY waiting_items_waiting WHERE state = 0 AND transition <> 'reminder' LIMIT ?1)
                UNION ALL SELECT * FROM (SELECT observation, destination, 0 FROM waiting_items
                    INDEXED BY waiting_items_withdrawn WHERE state = 2 AND received_at >= ?2 LIMIT ?1)
            ), u AS (
                SELECT u.observation, u.destination, max(u.rank) AS rank FROM all_unsettled u GROUP BY \(by)
            )
            SELECT \(name), CAST((o.received_at + ?3) / 3600 AS INTEGER) / ?4 AS bucket,
                EXISTS (SELECT 1 FROM json_each(o.detail, '$.outcomes') e
                    WHERE json_extract(e.value, '$[3]') IS NOT NULL AND \(own)) AS was_held,
                u.rank, count(*)
            FROM u CROSS JOIN observations o ON o.number = u.observation \(join)
            WHERE o.received_at >= ?2 AND \(routed)
                AND o.number > coalesce((SELECT value FROM totals WHERE name = 'counted_after'), 0)
            GROUP BY 1, 2, 3, 4
            """,
            [
                mostUnsettled, Date(timeIntervalSince1970: Double(question.since.utcHour) * 3_600).stored,
                Date.timeIntervalBetween1970AndReferenceDate, question.bucketHours,
            ]
        )
    }
}
