import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// Which active problems may hold others back, and which are held back.
enum InhibitionRows {
    /// Every key under which a problem may hold others back, by destination.
    static func sources(of problem: Int64, _ db: Database) throws -> [String: [InhibitionSource]] {
        var sources: [String: [InhibitionSource]] = [:]
        let rows = try db.all(
            "SELECT destination, key, severity, finding FROM inhibition_sources WHERE problem = ? ORDER BY destination, key",
            [problem]
        ) { row in
            try (
                destination: row.text(0),
                source: InhibitionSource(
                    key: row.text(1),
                    severity: try ColumnText.severity(row.count(2)),
                    finding: FindingKey(row.text(3))
                )
            )
        }
        for row in rows { sources[row.destination, default: []].append(row.source) }
        return sources
    }

    static func replaceSources(
        of problem: Int64,
        with sources: [String: [InhibitionSource]],
        _ db: Database
    ) throws {
        try db.run("DELETE FROM inhibition_sources WHERE problem = ?", [problem])
        for (destination, sources) in sources {
            for source in sources {
                try db.run(
                    "INSERT INTO inhibition_sources VALUES (?, ?, ?, ?, ?)",
                    [destination, source.key, problem, Int(source.severity.rawValue), source.finding.rawValue]
                )
            }
        }
    }

    static func hasSources(_ db: Database) throws -> Bool {
        try db.first("SELECT EXISTS (SELECT 1 FROM inhibition_sources)") { try $0.integer(0) != 0 } ?? false
    }

    static func strongest(
        under keys: [String],
        besides problem: Int64,
        destination: String,
        _ db: Database
    ) throws -> Triage.Inhibitor? {
        var strongest: Triage.Inhibitor?
        for key in keys {
            let found = try db.first(
                """
                SELECT severity, finding FROM inhibition_sources
                WHERE destination = ? AND key = ? AND problem <> ? ORDER BY severity DESC, finding LIMIT 1
                """,
                [destination, key, problem]
            ) { row in
                try Triage.Inhibitor(
                    finding: FindingKey(row.text(1)),
                    severity: try ColumnText.severity(row.count(0))
                )
            }
            guard let found else { continue }
            guard let known = strongest else {
                strongest = found
                continue
            }
            if (found.severity, known.finding.rawValue) > (known.severity, found.finding.rawValue) { strongest = found }
        }
        return strongest
    }

    /// The keys under which an alert is held back.
    static func keys(holding alert: AlertKey, _ db: Database) throws -> [String] {
        try db.all(
            "SELECT key FROM inhibited WHERE problem = ? AND destination = ?",
            [alert.problem, alert.destination]
        ) { try $0.text(0) }
    }

    static func hold(_ alert: AlertKey, of finding: Int64, under keys: [String], _ db: Database) throws {
        try db.run(
            "DELETE FROM inhibited WHERE problem = ? AND destination = ?",
            [alert.problem, alert.destination]
        )
        for key in keys {
            try db.run(
                "INSERT OR REPLACE INTO inhibited VALUES (?, ?, ?, ?)",
                [alert.destination, key, alert.problem, finding]
            )
        }
    }

    static func destinations(_ db: Database) throws -> [String] {
        try db.all("SELECT DISTINCT destination FROM inhibited") { try $0.text(0) }
    }
}
