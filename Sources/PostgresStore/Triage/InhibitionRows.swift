import Findings
import FoundationEssentials
import Store
import Triage

/// Which active problems may hold others back, and which are held back.
enum InhibitionRows {
    static func sources(of problems: [Int64]) -> Statement? {
        guard problems.isEmpty == false else { return nil }
        return Statement(
            """
            SELECT problem, destination, key, severity, finding FROM inhibition_sources WHERE problem = ANY($1)
            ORDER BY problem, destination COLLATE "C", key COLLATE "C"
            """,
            [problems]
        )
    }

    /// Every key under which problems may hold others back, by problem and destination.
    static func sources(in rows: Rows) throws -> [Int64: [String: [InhibitionSource]]] {
        var found: [Int64: [String: [InhibitionSource]]] = [:]
        for index in 0..<rows.count {
            let row = rows[index]
            found[try row.integer(0), default: [:]][try row.text(1), default: []].append(
                InhibitionSource(
                    key: try row.text(2),
                    severity: try ColumnText.severity(row.count(3)),
                    finding: FindingKey(try row.text(4))
                )
            )
        }
        return found
    }

    static func replaceSources(
        _ changes: [(problem: Int64, byDestination: [String: [InhibitionSource]])],
        _ session: Session
    ) {
        guard changes.isEmpty == false else { return }
        session.later("DELETE FROM inhibition_sources WHERE problem = ANY($1)", [changes.map(\.problem)])
        let rows = changes.flatMap { change in
            change.byDestination.flatMap { destination, sources in
                sources.map { (problem: change.problem, destination: destination, source: $0) }
            }
        }
        guard rows.isEmpty == false else { return }
        session.later(
            """
            INSERT INTO inhibition_sources(destination, key, problem, severity, finding)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
            """,
            [
                rows.map(\.destination), rows.map(\.source.key), rows.map(\.problem),
                rows.map { Int($0.source.severity.rawValue) }, rows.map(\.source.finding.rawValue),
            ]
        )
    }

    static func strongest(
        under keys: [String],
        besides problem: Int64,
        destination: String,
        _ session: Session
    ) throws -> Triage.Inhibitor? {
        try session.first(
            """
            SELECT severity, finding FROM inhibition_sources
            WHERE destination = $1 AND key = ANY($2) AND problem <> $3
            ORDER BY severity DESC, finding COLLATE "C" LIMIT 1
            """,
            [destination, keys, problem]
        ) { row in
            try Triage.Inhibitor(
                finding: FindingKey(row.text(1)),
                severity: try ColumnText.severity(row.count(0))
            )
        }
    }

    static func keys(holding alerts: [AlertKey]) -> Statement? {
        guard alerts.isEmpty == false else { return nil }
        return Statement(
            """
            SELECT i.problem, i.destination, i.key FROM unnest($1::bigint[], $2::text[]) AS u(problem, destination)
            JOIN inhibited i ON i.problem = u.problem AND i.destination = u.destination
            """,
            [alerts.map(\.problem), alerts.map(\.destination)]
        )
    }

    /// The keys under which alerts are held back.
    static func holds(in rows: Rows) throws -> [AlertKey: [String]] {
        var found: [AlertKey: [String]] = [:]
        for index in 0..<rows.count {
            let row = rows[index]
            let key = AlertKey(problem: try row.integer(0), destination: try row.text(1))
            found[key, default: []].append(try row.text(2))
        }
        return found
    }

    static func replaceHolds(_ changes: [(key: AlertKey, finding: Int64, keys: [String])], _ session: Session) {
        guard changes.isEmpty == false else { return }
        session.later(
            """
            DELETE FROM inhibited i USING unnest($1::bigint[], $2::text[]) AS u(problem, destination)
            WHERE i.problem = u.problem AND i.destination = u.destination
            """,
            [changes.map(\.key.problem), changes.map(\.key.destination)]
        )
        let rows = changes.flatMap { change in Set(change.keys).sorted().map { (change: change, key: $0) } }
        guard rows.isEmpty == false else { return }
        session.later(
            """
            INSERT INTO inhibited(destination, key, problem, finding)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
            """,
            [
                rows.map(\.change.key.destination), rows.map(\.key), rows.map(\.change.key.problem),
                rows.map(\.change.finding),
            ]
        )
    }

    static func destinations(_ session: Session) throws -> [String] {
        try session.all("SELECT DISTINCT destination COLLATE \"C\" FROM inhibited ORDER BY 1") { try $0.text(0) }
    }
}
