import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// What version 0.1.0 stored under keys that it may have made of several findings, and what was moved here since.
enum FormerRows {
    typealias Observed = FoundRows.FormerFinding.Observed

    /// How many observations are looked through for others that shared the key.
    private static let lookedThrough = 100

    /// - Parameters:
    ///   - key: As version 0.1.0 made it.
    ///   - session: In a transaction.
    /// - Returns: What is stored under it; `nil` when nothing is, or only what a later version stored.
    /// - Throws: What the session throws, or `StoredFormError` when it cannot be read.
    static func find(_ key: String, _ session: Session) throws -> FoundRows.FormerFinding? {
        let row = try session.first(
            """
            SELECT \(FindingRows.rowColumns) FROM findings WHERE hash = $1 AND key = $2
                AND number <= (SELECT former_keys_through FROM control)
            """,
            [Fingerprint.word(of: key), key],
            FindingRows.row
        )
        guard let row else { return nil }
        // What several findings report together is named by neither's key.
        let alerts = row.problem == nil ? try AlertRows.alerts(of: row.number, session) : []
        let beginnings = alerts.isEmpty ? [:] : try beginnings(of: row.number, session)
        return try FoundRows.FormerFinding(
            row: row,
            alerts: alerts.map { alert in
                (alert, try beginnings[alert.destination] ?? received(at: alert.openedAt, row.number, session))
            },
            observed: session.all(
                "SELECT number, received_at, content FROM observations WHERE finding = $1 ORDER BY number DESC LIMIT $2",
                [row.number, lookedThrough],
                observed
            )
        )
    }

    /// By destination, the observation that the last life of the alert there began with.
    private static func beginnings(of finding: Int64, _ session: Session) throws -> [String: Observed] {
        var found: [String: Observed] = [:]
        let rows = try session.all(
            """
            SELECT number, received_at, content, detail FROM observations
            WHERE finding = $1 AND detail LIKE '%opened%' ORDER BY number DESC
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
    private static func received(at moment: Date, _ finding: Int64, _ session: Session) throws -> Observed? {
        let found = try session.all(
            "SELECT number, received_at, content FROM observations WHERE finding = $1 AND received_at = $2 LIMIT 2",
            [finding, moment.stored],
            observed
        )
        return found.count == 1 ? found[0] : nil
    }

    private static func observed(_ row: Columns) throws -> Observed {
        try Observed(
            number: row.integer(0),
            receivedAt: row.moment(1),
            finding: FindingRows.finding(in: row.bytes(2))
        )
    }
}
