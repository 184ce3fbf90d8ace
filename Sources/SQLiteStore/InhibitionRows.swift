import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// Which active problems may hold others back, and which are held back.
enum InhibitionRows {
    static func setSource(
        _ keys: [String],
        severity: Severity,
        finding: FindingKey,
        at place: ApplyRows.Place,
        destination: String,
        _ db: Database
    ) throws -> [String] {
        let known = try db.rows(
            "SELECT key, severity FROM inhibition_sources WHERE problem = ? AND destination = ?",
            [place.problem, destination]
        )
        let wanted = Set(keys)
        var lost: [String] = []
        var kept: Set<String> = []
        for row in known {
            let key: String = row["key"]
            let before: Int = row["severity"]
            if wanted.contains(key) == false {
                try db.run(
                    "DELETE FROM inhibition_sources WHERE destination = ? AND key = ? AND problem = ?",
                    [destination, key, place.problem]
                )
                lost.append(key)
            } else if before == Int(severity.rawValue) {
                kept.insert(key)
            } else if before > Int(severity.rawValue) {
                lost.append(key)
            }
        }
        for key in wanted where kept.contains(key) == false {
            try db.run(
                "INSERT OR REPLACE INTO inhibition_sources VALUES (?, ?, ?, ?, ?)",
                [destination, key, place.problem, Int(severity.rawValue), finding.rawValue]
            )
        }
        return lost
    }

    static func hasSources(_ db: Database) throws -> Bool {
        try db.first("SELECT EXISTS (SELECT 1 FROM inhibition_sources)") { $0.integer(0) != 0 } ?? false
    }

    /// Where a problem may hold others back.
    static func sourceDestinations(of problem: Int64, _ db: Database) throws -> [String] {
        try db.rows("SELECT DISTINCT destination FROM inhibition_sources WHERE problem = ?", [problem]).map { $0[0] }
    }

    static func strongest(
        under keys: [String],
        besides problem: Int64,
        destination: String,
        _ db: Database
    ) throws -> Triage.Inhibitor? {
        var strongest: Triage.Inhibitor?
        for key in keys {
            let row = try db.row(
                """
                SELECT severity, finding FROM inhibition_sources
                WHERE destination = ? AND key = ? AND problem <> ? ORDER BY severity DESC LIMIT 1
                """,
                [destination, key, problem]
            )
            guard let row else { continue }
            let found = Triage.Inhibitor(
                finding: FindingKey(row["finding"]),
                severity: try ColumnText.severity(row["severity"])
            )
            if strongest.map({ $0.severity < found.severity }) ?? true { strongest = found }
        }
        return strongest
    }

    static func setHeld(
        _ keys: [String],
        at place: ApplyRows.Place,
        destination: String,
        _ db: Database
    ) throws {
        try db.run(
            "DELETE FROM inhibited WHERE problem = ? AND destination = ?",
            [place.problem, destination]
        )
        for key in keys {
            try db.run(
                "INSERT OR REPLACE INTO inhibited VALUES (?, ?, ?, ?)",
                [destination, key, place.problem, place.finding]
            )
        }
    }

    /// The numbers of problems that are held back, and under which keys.
    static func held(
        under key: String?,
        destination: String,
        after number: Int64,
        limit: Int,
        _ db: Database
    ) throws -> [(number: Int64, keys: [String])] {
        let numbers: [Row]
        if let key {
            numbers = try db.rows(
                "SELECT problem FROM inhibited WHERE destination = ? AND key = ? AND problem > ? ORDER BY problem LIMIT ?",
                [destination, key, number, limit]
            )
        } else {
            numbers = try db.rows(
                """
                SELECT DISTINCT problem FROM inhibited INDEXED BY inhibited_by_problem
                WHERE problem > ? AND destination = ? ORDER BY problem LIMIT ?
                """,
                [number, destination, limit]
            )
        }
        return try numbers.map { row in
            let problem: Int64 = row[0]
            let keys = try db.rows(
                "SELECT key FROM inhibited WHERE problem = ? AND destination = ?",
                [problem, destination]
            ).map { $0[0] as String }
            return (problem, keys)
        }
    }

    static func destinations(_ db: Database) throws -> [String] {
        try String.fetchAll(db.cachedStatement(sql: "SELECT DISTINCT destination FROM inhibited"))
    }
}
