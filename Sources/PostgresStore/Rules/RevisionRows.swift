import FoundationEssentials
import Store

/// Every rule set that was ever active; its text once, however often it was put in force again.
enum RevisionRows {
    /// What the texts of all rule sets together may weigh, in bytes; those that were in force last are kept.
    static let mostTextBytes = 16 << 20

    private static let columns = "r.version, r.hash, r.author, r.activated_at, r.note, r.parent, r.origin"

    /// Adds the next one, in a transaction that holds ``AdvisoryLock/revisions``.
    static func insert(_ revision: RouteRevision, text: [UInt8], _ session: Session) {
        session.later(
            """
            INSERT INTO revisions(version, hash, author, activated_at, note, parent, origin)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                revision.version, revision.hash, revision.author, revision.activatedAt.stored, revision.note,
                revision.parent, revision.origin.rawValue,
            ]
        )
        session.later(
            "INSERT INTO rule_texts(hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
            [revision.hash, Blob(text)]
        )
        dropTexts(beyond: mostTextBytes, session)
    }

    /// Lets the texts go that were in force longest ago, until the rest weighs no more than that; never the active one.
    private static func dropTexts(beyond most: Int, _ session: Session) {
        session.later(
            """
            DELETE FROM rule_texts WHERE number IN (
                SELECT number FROM (
                    SELECT number, row_number() OVER newest AS place, sum(size) OVER newest AS kept FROM (
                        SELECT number, octet_length(text) AS size,
                            (SELECT max(version) FROM revisions r WHERE r.hash = t.hash) AS version
                        FROM rule_texts t
                    ) AS sizes
                    WINDOW newest AS (ORDER BY version DESC NULLS LAST, number ROWS UNBOUNDED PRECEDING)
                ) AS places
                WHERE place > 1 AND kept > $1
            )
            """,
            [most]
        )
    }

    static func last(withHash hash: String, _ session: Session) throws -> RouteRevision? {
        try session.first(
            "SELECT \(columns) FROM revisions r WHERE r.hash = $1 ORDER BY r.version DESC LIMIT 1",
            [hash],
            revision
        )
    }

    /// The revision that somebody put in force at that moment.
    static func written(
        _ hash: String,
        by author: String,
        at moment: Date,
        _ session: Session
    ) throws -> RouteRevision? {
        try session.first(
            """
            SELECT \(columns) FROM revisions r WHERE r.hash = $1 AND r.author = $2 AND r.activated_at = $3
            ORDER BY r.version DESC LIMIT 1
            """,
            [hash, author, moment.stored],
            revision
        )
    }

    /// Lets the texts go that have not been in force since the date.
    static func pruneTexts(before date: Date, _ session: Session) {
        // So that none goes that is put in force again meanwhile.
        AdvisoryLock.revisions.take(session)
        session.later(
            """
            DELETE FROM rule_texts t WHERE NOT EXISTS (
                SELECT 1 FROM revisions r LEFT JOIN revisions later ON later.version = r.version + 1
                WHERE r.hash = t.hash AND (later.version IS NULL OR later.activated_at >= $1)
            )
            """,
            [date.stored]
        )
    }

    static func active(_ session: Session) throws -> RouteRevision? {
        try revisions(before: .max, limit: 1, session).first
    }

    static func revisions(before version: Int64, limit: Int, _ session: Session) throws -> [RouteRevision] {
        try session.all(
            "SELECT \(columns) FROM revisions r WHERE r.version < $1 ORDER BY r.version DESC LIMIT $2",
            [version, limit],
            revision
        )
    }

    static func revision(_ version: Int, _ session: Session) throws -> (revision: RouteRevision, text: [UInt8])? {
        try session.first(
            "SELECT \(columns), t.text FROM revisions r JOIN rule_texts t ON t.hash = r.hash WHERE r.version = $1",
            [version]
        ) { row in
            try (revision: revision(row), text: row.bytes(7) ?? [])
        }
    }

    private static func revision(_ row: Columns) throws -> RouteRevision {
        try RouteRevision(
            version: row.count(0),
            hash: row.text(1),
            author: row.text(2),
            activatedAt: row.moment(3),
            note: row.optionalText(4),
            parent: row.optionalInteger(5).map { Int($0) },
            origin: row.optionalText(6).flatMap(RouteOrigin.init) ?? .file
        )
    }
}
