import Findings
import FoundationEssentials
import GRDB
import Triage
import Store

/// One row per finding and destination.
enum AlertRows {
    static func alert(of finding: Int64, key: FindingKey, at destination: String, _ db: Database) throws -> Alert? {
        let row = try db.row("SELECT * FROM alerts WHERE finding = ? AND destination = ?", [finding, destination])
        guard let row else { return nil }
        return Alert(
            finding: key,
            destination: destination,
            status: try ColumnText.status(row["status"]),
            severity: try ColumnText.severity(row["severity"]),
            notifiedSeverity: try (row["notified_severity"] as Int?).map(ColumnText.severity),
            observedAt: row.moment("observed_at"),
            firstSeenAt: row.moment("first_seen_at"),
            lastSeenAt: row.moment("last_seen_at"),
            count: row["count"],
            openedAt: row.moment("opened_at"),
            rule: row["rule"],
            version: row["version"]
        )
    }

    static func save(_ alert: Alert, of finding: Int64, _ db: Database) throws {
        try db.run(
            "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                finding, alert.destination, alert.status.rawValue, Int(alert.severity.rawValue),
                alert.notifiedSeverity.map { Int($0.rawValue) }, alert.observedAt.stored, alert.firstSeenAt.stored,
                alert.lastSeenAt.stored, alert.count, alert.openedAt.stored, alert.rule, alert.version,
            ]
        )
    }
}

/// Words and numbers of columns that stand for cases.
enum ColumnText {
    static func severity(_ level: Int) throws -> Severity {
        guard let level = UInt8(exactly: level), let severity = Severity(rawValue: level) else {
            throw StoredFormError("severity \(level) is of a later version")
        }
        return severity
    }

    static func status(_ word: String) throws -> FindingStatus {
        guard let status = FindingStatus(rawValue: word) else {
            throw StoredFormError("status \(word) is of a later version")
        }
        return status
    }
}
