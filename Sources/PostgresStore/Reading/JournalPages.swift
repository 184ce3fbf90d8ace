import FoundationEssentials
import Store
import Triage

/// The journal's entries whose bodies are kept, newest first: in the order in which the server took them, whatever stream
/// they are in.
enum JournalPages {
    /// - Parameters:
    ///   - before: Only entries that come before this one; `nil` to begin with the newest. Where there is no such entry, the
    ///     next one of its stream stands for it, then the end of its stream, then the next stream.
    ///   - since: Ends before an entry that was received earlier.
    ///   - byteLimit: Ends before the bodies together exceed this, but not before the first.
    ///   - session: In a transaction that sees one snapshot.
    /// - Returns: Their heads, in that order.
    /// - Throws: What the session throws.
    static func heads(
        before: Int64?,
        since: Date,
        byteLimit: Int,
        _ session: Session
    ) throws -> [JournalRows.Head] {
        var found: [JournalRows.Head] = []
        var byteCount = 0
        var before = before ?? .max
        var limit = 16
        while true {
            let page = try page(before: before, limit: limit, session)
            for (head, receivedAt) in page {
                byteCount += head.size
                guard receivedAt >= since, found.isEmpty || byteCount <= byteLimit else { return found }
                found.append(head)
                before = head.position
            }
            if page.count < limit { return found }
            limit = min(limit * 4, 1_024)
        }
    }

    /// What ``heads(before:since:byteLimit:_:)`` takes to begin with the newest entry that was received before a moment;
    /// 0 when there is none.
    static func cursor(at date: Date, _ session: Session) throws -> Int64 {
        try session.first(
            """
            WITH last AS (
                SELECT accepted_at, stream, sequence FROM journal WHERE received_at < $1
                ORDER BY accepted_at DESC, stream DESC, sequence DESC LIMIT 1
            )
            SELECT next.stream, next.sequence FROM last LEFT JOIN LATERAL (
                SELECT j.stream, j.sequence FROM journal j
                WHERE (j.accepted_at, j.stream, j.sequence) > (last.accepted_at, last.stream, last.sequence)
                ORDER BY j.accepted_at, j.stream, j.sequence LIMIT 1
            ) AS next ON true
            """,
            [date.stored]
        ) { row in
            row.isNull(0)
                ? .max : JournalCursor.position(stream: try row.integer(0), sequence: try row.integer(1))
        } ?? 0
    }

    private static func page(
        before: Int64,
        limit: Int,
        _ session: Session
    ) throws -> [(head: JournalRows.Head, receivedAt: Date)] {
        try session.all(
            """
            WITH bound AS (
                SELECT accepted_at, stream, sequence FROM (
                    (SELECT 0 AS rank, accepted_at, stream, sequence FROM journal
                        WHERE stream = $1 AND sequence >= $2 ORDER BY sequence LIMIT 1)
                    UNION ALL (SELECT 1, accepted_at, stream, sequence + 1 FROM journal
                        WHERE stream = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT 1)
                    UNION ALL (SELECT 2, accepted_at, stream, sequence FROM journal
                        WHERE stream > $1 ORDER BY stream, sequence LIMIT 1)
                    UNION ALL SELECT 3, 'infinity', 0, 0
                ) AS bounds ORDER BY rank LIMIT 1
            )
            SELECT stream, sequence, received_at, octet_length(body), extract(epoch FROM accepted_at)::float8, day FROM journal
            WHERE (accepted_at, stream, sequence) < (
                    (SELECT accepted_at FROM bound), (SELECT stream FROM bound), (SELECT sequence FROM bound)
                ) AND body IS NOT NULL
            ORDER BY accepted_at DESC, stream DESC, sequence DESC LIMIT $3
            """,
            [JournalCursor.stream(of: before), JournalCursor.sequence(of: before), limit]
        ) { row in
            let head = try JournalRows.Head(
                position: JournalCursor.position(stream: row.integer(0), sequence: row.integer(1)),
                acceptedAt: row.real(4),
                size: row.count(3),
                day: row.integer(5)
            )
            return (head, try row.moment(2))
        }
    }
}
