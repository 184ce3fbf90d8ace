import Findings
import FoundationEssentials
import GRDB
import Store
import Routing
import Triage

/// What version 0.1.0 stored under keys that it may have made of several findings.
enum FormerRows {
    typealias Observed = FoundRows.FormerFinding.Observed

    /// How many observations are looked through for others that shared the key.
    private static let lookedThrough = 100

    /// - Parameters:
    ///   - key: As version 0.1.0 made it.
    ///   - db: The connection.
    /// - Returns: What is stored under it; `nil` when nothing is, or only what a later version stored.
    /// - Throws: `DatabaseError` or `StoredFormError` when it cannot be read.
    static func find(_ key: String, _ db: Database) throws -> FoundRows.FormerFinding? {
        let row = try db.first(
            """
            SELECT \(FindingRows.rowColumns) FROM findings WHERE hash = ? AND key = ?
                AND number <= (SELECT value FROM totals WHERE name = 'former_keys_through')
            """,
            [Fingerprint.word(of: key), key],
            FindingRows.row
        )
        guard let row else { return nil }
        // What several findings report together is named by neither's key.
        let alerts = row.problem == nil ? try AlertRows.alerts(of: row.number, db) : []
        let beginnings = alerts.isEmpty ? [:] : try beginnings(of: row.number, db)
        return try FoundRows.FormerFinding(
            row: row,
            alerts: alerts.map { ($0, try beginnings[$0.destination] ?? received(at: $0.openedAt, row.number, db)) },
            observed: db.all(
                "SELECT number, received_at, content FROM observations WHERE finding = ? ORDER BY number DESC LIMIT ?",
                [row.number, lookedThrough],
                observed
            )
        )
    }

    /// By destination, the observation that the last life of the alert there began with.
    private static func beginnings(of finding: Int64, _ db: Database) throws -> [String: Observed] {
        var found: [String: Observed] = [:]
        let rows = try db.all(
            """
            SELECT number, received_at, content, detail FROM observations
            WHERE finding = ? AND detail LIKE '%opened%' ORDER BY number DESC
            """,
            [finding]
        ) { (try observed($0), try StoredJSON.document($0.text(3))) }
        for (observed, detail) in rows {
            for outcome in detail["outcomes"]?.elements ?? [] {
                let parts = outcome.elements
                guard parts.count > 2, let destination = parts[0].string, found[destination] == nil,
                    let word = parts[2].string, let transition = Transition(rawValue: word),
                    transition == .opened || transition == .reopened
                else { continue }
                found[destination] = observed
            }
        }
        return found
    }

    /// The observation that was received then, if there is but one.
    private static func received(at moment: Date, _ finding: Int64, _ db: Database) throws -> Observed? {
        let found = try db.all(
            "SELECT number, received_at, content FROM observations WHERE finding = ? AND received_at = ? LIMIT 2",
            [finding, moment.stored],
            observed
        )
        return found.count == 1 ? found[0] : nil
    }

    private static func observed(_ row: Columns) throws -> Observed {
        try Observed(
            number: row.integer(0),
            receivedAt: row.moment(1),
            finding: FindingRows.finding(in: row.text(2))
        )
    }
}
