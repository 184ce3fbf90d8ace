import FoundationEssentials
import Store
import Triage

/// The intake journal: one stream for each process that writes, merged by the server's clock when it is read.
enum JournalRows {
    /// An entry without its body.
    struct Head {
        var position: Int64
        /// Seconds since 1970 by the server's clock.
        var acceptedAt: Double
        var size: Int
        /// Of the partition that it is in.
        var day: Int64
    }

    static let columns = "stream, sequence, received_at, observations, source, request_id, body"

    static func entry(_ row: Columns) throws -> JournalEntry {
        try JournalEntry(
            position: JournalCursor.position(stream: row.integer(0), sequence: row.integer(1)),
            receivedAt: row.moment(2),
            source: row.text(4),
            requestID: row.optionalText(5),
            body: row.bytes(6) ?? [],
            observations: row.count(3)
        )
    }

    static func entry(at position: Int64, _ session: Session) throws -> JournalEntry? {
        try session.first(
            "SELECT \(columns) FROM journal WHERE stream = $1 AND sequence = $2",
            [JournalCursor.stream(of: position), JournalCursor.sequence(of: position)],
            entry
        )
    }

    /// Whether an entry is this request.
    static func isStored(_ request: IntakeRequest, at position: Int64, _ session: Session) throws -> Bool {
        try session.first(
            "SELECT coalesce(received_at = $3 AND body = $4, false) FROM journal WHERE stream = $1 AND sequence = $2",
            [
                JournalCursor.stream(of: position), JournalCursor.sequence(of: position), request.receivedAt.stored,
                Blob(request.body),
            ]
        ) { try $0.flag(0) } ?? false
    }

    /// How many entries of a stream are missing before and with the one at the place; 0 for a stream that is closed.
    static func missing(in stream: Int64, through sequence: Int64, _ session: Session) throws -> Int64 {
        try session.integer(
            """
            SELECT greatest(0, $2 - greatest(applied, (SELECT max(sequence) FROM journal WHERE stream = $1)))
            FROM journal_streams WHERE stream = $1
            """,
            [stream, sequence]
        ) ?? 0
    }

    /// Whole entries, in the order of their heads.
    ///
    /// - Throws: What the session throws. An entry that is not there is left out.
    static func entries(_ heads: [Head], _ session: Session) throws -> [JournalEntry] {
        guard heads.isEmpty == false else { return [] }
        let positions = heads.map(\.position)
        return try session.all(
            """
            SELECT \(columns.split(separator: ", ").map { "j." + $0 }.joined(separator: ", "))
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS u(stream, sequence, day, place)
            JOIN journal j ON j.stream = u.stream AND j.sequence = u.sequence AND j.day = u.day ORDER BY u.place
            """,
            [positions.map(JournalCursor.stream), positions.map(JournalCursor.sequence), heads.map(\.day)],
            entry
        )
    }

    /// How far each stream that is open is applied.
    static func cursor(_ session: Session) throws -> JournalCursor {
        JournalCursor(
            try session.all("SELECT stream, applied FROM journal_streams") { row in
                try JournalCursor.position(stream: row.integer(0), sequence: row.integer(1))
            }
        )
    }

    /// What is to be applied next.
    ///
    /// Every stream is in its own order; of the next entries of several streams the one comes first that the server took first.
    ///
    /// - Parameters:
    ///   - cursor: Only what comes after; `nil` for all that is not applied.
    ///   - limit: How many at most, 1 or more.
    ///   - session: In a transaction that sees one snapshot.
    /// - Returns: Heads in the order of applying.
    /// - Throws: What the session throws.
    static func next(after cursor: JournalCursor?, limit: Int, _ session: Session) throws -> [Head] {
        let known = cursor?.positions ?? []
        let heads = try session.all(
            """
            SELECT s.stream, j.sequence, extract(epoch FROM j.accepted_at)::float8, coalesce(octet_length(j.body), 0)::bigint,
                j.day
            FROM (
                SELECT s.stream, greatest(s.applied, coalesce(c.sequence, 0)) AS after FROM journal_streams s
                LEFT JOIN unnest($1::bigint[], $2::bigint[]) AS c(stream, sequence) ON c.stream = s.stream
            ) AS s CROSS JOIN LATERAL (
                SELECT sequence, accepted_at, body, day FROM journal j
                WHERE j.stream = s.stream AND j.sequence > s.after ORDER BY j.sequence LIMIT $3
            ) AS j ORDER BY s.stream, j.sequence
            """,
            [known.map(JournalCursor.stream), known.map(JournalCursor.sequence), max(1, limit)]
        ) { row in
            Head(
                position: JournalCursor.position(stream: try row.integer(0), sequence: try row.integer(1)),
                acceptedAt: try row.real(2),
                size: try row.count(3),
                day: try row.integer(4)
            )
        }
        return merged(heads, limit: max(1, limit))
    }

    /// Heads of several streams, each in its own order, as one list.
    static func merged(_ heads: [Head], limit: Int) -> [Head] {
        var streams: [[Head]] = []
        for head in heads {
            if let last = streams.last?.last,
                JournalCursor.stream(of: last.position) == JournalCursor.stream(of: head.position)
            {
                streams[streams.count - 1].append(head)
            } else {
                streams.append([head])
            }
        }
        guard streams.count > 1 else { return Array(heads.prefix(limit)) }
        var places = [Int](repeating: 0, count: streams.count)
        var order: [Head] = []
        while order.count < limit {
            let open = streams.indices.filter { places[$0] < streams[$0].count }
            let first = open.min { left, right in
                let (a, b) = (streams[left][places[left]], streams[right][places[right]])
                return (a.acceptedAt, a.position) < (b.acceptedAt, b.position)
            }
            guard let first else { break }
            order.append(streams[first][places[first]])
            places[first] += 1
        }
        return order
    }

    static func unapplied(
        after cursor: JournalCursor?,
        limit: Int,
        byteLimit: Int,
        _ session: Session
    ) throws -> [JournalEntry] {
        try entries(within(byteLimit, next(after: cursor, limit: limit, session)), session)
    }

    /// Heads until their bodies together would exceed the limit; at least one.
    static func within(_ byteLimit: Int, _ heads: [Head]) -> [Head] {
        var bytes = 0
        return heads.enumerated().prefix { index, head in
            bytes += head.size
            return index == 0 || bytes <= byteLimit
        }.map(\.element)
    }
}
