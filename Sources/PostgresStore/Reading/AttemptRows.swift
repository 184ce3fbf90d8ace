import Findings
import FoundationEssentials
import Store

/// The attempts log.
enum AttemptRows {
    /// Writes attempts along with what is sent next; those that are on record already stay as they are.
    ///
    /// - Parameters:
    ///   - attempts: Each with the number of its notification.
    ///   - session: In a transaction.
    ///   - isReplacing: Whether they are written over what is on record: a node that had been taken for gone may have told
    ///     of an attempt of the same number.
    static func insert(
        _ attempts: [(attempt: Attempt, notification: Int64)],
        _ session: Session,
        isReplacing: Bool = false
    ) {
        guard attempts.isEmpty == false else { return }
        let all = attempts.map(\.attempt)
        session.later(
            """
            INSERT INTO attempts(\(columns)) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::float8[], $4::float8[],
                $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::float8[], $11::float8[], $12::float8[],
                $13::float8[], $14::float8[], $15::text[], $16::float8[])
            \(isReplacing ? replacing : "ON CONFLICT DO NOTHING")
            """,
            [
                attempts.map(\.notification), all.map(\.number), all.map(\.startedAt.stored),
                all.map(\.finishedAt.stored),
                all.map(\.verdict.rawValue), all.map(\.status), all.map(\.errorClass), all.map(\.detail),
                all.map(\.peerAddress), all.map(\.timings?.nameLookup), all.map(\.timings?.connect),
                all.map(\.timings?.tls), all.map(\.timings?.firstByte), all.map(\.timings?.total), all.map(\.reply),
                all.map(\.nextDueAt?.stored),
            ]
        )
    }

    /// Writes one attempt; see ``insert(_:_:)``.
    static func insert(
        _ attempt: Attempt,
        of notification: Int64,
        _ session: Session,
        isReplacing: Bool = false
    ) {
        insert([(attempt, notification)], session, isReplacing: isReplacing)
    }

    private static let replacing = """
        ON CONFLICT (notification, number) DO UPDATE SET started_at = excluded.started_at,
            finished_at = excluded.finished_at, verdict = excluded.verdict, status = excluded.status,
            error_class = excluded.error_class, detail = excluded.detail, peer_address = excluded.peer_address,
            name_lookup = excluded.name_lookup, connect = excluded.connect, tls = excluded.tls,
            first_byte = excluded.first_byte, total = excluded.total, reply = excluded.reply,
            next_due_at = excluded.next_due_at
        """

    private static let columns = """
        notification, number, started_at, finished_at, verdict, status, error_class, detail, peer_address, name_lookup,
        connect, tls, first_byte, total, reply, next_due_at
        """

    /// Every attempt of a notification, oldest first.
    static func attempts(of notification: Int64, id: String, _ session: Session) throws -> [Attempt] {
        try session.all(
            "SELECT \(columns) FROM attempts WHERE notification = $1 ORDER BY number",
            [notification]
        ) { row in
            let word = try row.text(4)
            guard let verdict = Attempt.Verdict(rawValue: word) else {
                throw StoredFormError("verdict \(word) is of a later version")
            }
            return try Attempt(
                notification: id,
                number: row.count(1),
                startedAt: row.moment(2),
                finishedAt: row.moment(3),
                verdict: verdict,
                status: row.optionalInteger(5).map { Int($0) },
                errorClass: row.optionalText(6),
                detail: row.optionalText(7),
                peerAddress: row.optionalText(8),
                timings: timings(row),
                reply: row.optionalText(14),
                nextDueAt: row.date(15)
            )
        }
    }

    private static func timings(_ row: Columns) throws -> Attempt.Timings? {
        guard (9...13).contains(where: row.isNull) == false else { return nil }
        return try Attempt.Timings(
            nameLookup: row.real(9),
            connect: row.real(10),
            tls: row.real(11),
            firstByte: row.real(12),
            total: row.real(13)
        )
    }
}
