import Findings
package import FoundationEssentials
import GRDB
package import Store
package import Triage

extension SQLiteStore: Records {
    package func notifications(_ filter: NotificationFilter, page: Page) async throws -> Paged<Notification> {
        let before = try page.cursor.map { try PageCursor($0, of: "n", count: 1).numbers[0] } ?? .max
        return try await ask { db in
            let (condition, arguments) = try NotificationRows.condition(filter, db)
            let rows = try db.all(
                """
                SELECT \(StoredNotification.columns) FROM (
                    SELECT n.number AS found FROM notifications n
                    WHERE n.number < ? AND \(condition) ORDER BY n.number DESC LIMIT ?
                ) JOIN notifications n ON n.number = found ORDER BY n.number DESC
                """,
                [before] + arguments + [page.rowLimit + 1],
                StoredNotification.init
            )
            return try page.cut(rows) { PageCursor("n", $0.number) }.map { try $0.read() }
        }
    }

    package func notification(_ id: String) async throws -> NotificationRecord? {
        try await ask { db in
            guard let number = try NotificationRows.number(of: id, db),
                let (stored, rendered) = try db.first(
                    "SELECT \(StoredNotification.columns), n.rendered FROM notifications n WHERE n.number = ?",
                    [number],
                    { try (StoredNotification($0), $0.optionalText(StoredNotification.width)) }
                )
            else { return nil }
            return NotificationRecord(
                notification: try stored.read(),
                attempts: try AttemptRows.attempts(of: number, id: id, db),
                rendered: rendered
            )
        }
    }

    package func findings(_ filter: FindingFilter, page: Page) async throws -> Paged<FindingRecord> {
        let after = try page.cursor.map { try PageCursor($0, of: "f", count: 2).numbers }
        return try await ask { db in
            var (condition, arguments) = try FindingRows.condition(filter, db)
            if let after {
                condition += " AND (f.last_seen_at, f.number) < (?, ?)"
                arguments += [Double(bitPattern: UInt64(bitPattern: after[0])), after[1]]
            }
            let rows = try db.rows(
                """
                SELECT \(FindingRows.columns) FROM findings f INDEXED BY findings_by_last_seen
                WHERE \(condition)
                ORDER BY f.last_seen_at DESC, f.number DESC LIMIT ?
                """,
                arguments + [page.rowLimit + 1]
            )
            return try page.cut(rows) { row in
                let lastSeen: Double = try row["last_seen_at"]
                return try PageCursor("f", Int64(bitPattern: lastSeen.bitPattern), row["number"])
            }.map(FindingRows.record)
        }
    }

    package func standings(of ids: [String]) async throws -> [String: [AlertStanding]] {
        try await ask { db in
            var found: [String: [AlertStanding]] = [:]
            for id in ids {
                guard let number = try FindingRows.number(of: id, db) else { continue }
                found[id] = try StandingRows.standings(of: number, db)
            }
            return found
        }
    }

    package func finding(_ id: String) async throws -> FindingStory? {
        try await ask { db in
            guard let number = try FindingRows.number(of: id, db),
                let row = try db.row("SELECT \(FindingRows.columns) FROM findings f WHERE f.number = ?", [number])
            else { return nil }
            return FindingStory(
                record: try FindingRows.record(row),
                observations: try ObservationRows.records(of: number, db),
                notifications: try db.all(
                    """
                    SELECT \(StoredNotification.columns) FROM notifications n
                    WHERE \(NotificationRows.speaksOfFinding) ORDER BY n.number
                    """,
                    [number, number]
                ) { try StoredNotification($0).read() }
            )
        }
    }

    package func quarantine(page: Page) async throws -> Paged<QuarantineRecord> {
        let before = try page.cursor.map { try PageCursor($0, of: "q", count: 1).numbers[0] } ?? .max
        return try await ask { db in
            let rows = try db.rows(
                "SELECT * FROM quarantine WHERE id < ? AND released = 0 ORDER BY id DESC LIMIT ?",
                [before, page.rowLimit + 1]
            )
            return try page.cut(rows) { try PageCursor("q", $0["id"]) }.map(QuarantineRows.record)
        }
    }

    package func oldestDead(_ filter: NotificationFilter) async throws -> Date? {
        try await ask { try QueueRows.oldestDead(filter, $0) }
    }

    package func totals() async throws -> Totals {
        try await pipeline.read { try TotalsRows.read($0) }
    }
}
