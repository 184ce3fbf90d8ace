import FoundationEssentials
import Store
import Triage

/// What triage does with the ends of silences.
extension SilenceRows {
    /// When the next silence ends with which triage has still to deal; in the past when one has ended.
    static func nextEnd(_ session: Session) throws -> Date? {
        try session.first("SELECT min(ends_at) FROM silences WHERE NOT closed") { try $0.date(0) } ?? nil
    }

    /// The silence that ended first of those with which triage has still to deal; nobody prolongs it until the end of the
    /// transaction.
    static func ended(now: Date, _ session: Session) throws -> EndedSilence? {
        try session.first(
            """
            SELECT id, owner, reason, starts_at, ends_at FROM silences
            WHERE NOT closed AND ends_at <= $1 ORDER BY ends_at, number LIMIT 1 FOR UPDATE
            """,
            [now.stored]
        ) { row in
            try EndedSilence(
                id: row.text(0),
                owner: row.text(1),
                reason: row.text(2),
                startsAt: row.moment(3),
                endsAt: row.moment(4)
            )
        }
    }

    /// When silences end with which triage has still to deal; the others are missing.
    static func ends(of ids: [String], _ session: Session) throws -> [String: Date] {
        guard ids.isEmpty == false else { return [:] }
        let ends = try session.all("SELECT id, ends_at FROM silences WHERE id = ANY($1) AND NOT closed", [ids]) { row in
            (try row.text(0), try row.moment(1))
        }
        return Dictionary(ends) { first, _ in first }
    }

    /// Records that triage has dealt with the ends of silences.
    static func close(_ ids: [String], _ session: Session) {
        guard ids.isEmpty == false else { return }
        session.later("UPDATE silences SET closed = true WHERE id = ANY($1)", [ids])
    }
}
