import GRDB
import Triage

/// How many findings of each account were opened, less those that were closed, in each hour.
enum OpenHourRows {
    static func add(_ counts: [OpenHour: Int], _ db: Database) throws {
        let add = try db.prepared(
            """
            INSERT INTO open_hours VALUES (?, ?, ?)
            ON CONFLICT (hour, account) DO UPDATE SET change = change + excluded.change
            """
        )
        for (place, change) in counts { try add.run([place.hour, place.account, change]) }
    }

    /// By account, "" for findings without, from an hour on.
    static func changes(since hour: Int, _ db: Database) throws -> [String: Int] {
        let rows = try db.all(
            "SELECT account, sum(change) FROM open_hours WHERE hour >= ? GROUP BY account",
            [hour]
        ) { (try $0.text(0), try $0.count(1)) }
        return Dictionary(rows) { first, _ in first }
    }

    /// Deletes some of what is older than an hour.
    ///
    /// - Returns: Whether there may be more.
    static func prune(before hour: Int, limit: Int, _ db: Database) throws -> Bool {
        try db.run(
            """
            DELETE FROM open_hours WHERE (hour, account) IN (SELECT hour, account FROM open_hours WHERE hour < ? LIMIT ?)
            """,
            [hour, limit]
        )
        return db.changesCount == limit
    }
}
