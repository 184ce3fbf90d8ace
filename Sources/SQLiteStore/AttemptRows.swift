import Findings
import FoundationEssentials
import GRDB
import Store

/// The attempts log.
enum AttemptRows {
    /// Writes the attempt; one that is on record already stays as it is.
    static func insert(_ attempt: Attempt, of notification: Int64, _ db: Database) throws {
        try db.run(
            "INSERT OR IGNORE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                notification, attempt.number, attempt.startedAt.stored, attempt.finishedAt.stored,
                attempt.verdict.rawValue, attempt.status, attempt.errorClass, attempt.detail, attempt.peerAddress,
                attempt.timings?.nameLookup, attempt.timings?.connect, attempt.timings?.tls,
                attempt.timings?.firstByte, attempt.timings?.total, attempt.reply, attempt.nextDueAt?.stored,
            ]
        )
    }

    /// Every attempt of a notification, oldest first.
    static func attempts(of notification: Int64, id: String, _ db: Database) throws -> [Attempt] {
        try db.rows("SELECT * FROM attempts WHERE notification = ? ORDER BY number", [notification]).map { row in
            let word: String = try row["verdict"]
            guard let verdict = Attempt.Verdict(rawValue: word) else {
                throw StoredFormError("verdict \(word) is of a later version")
            }
            return try Attempt(
                notification: id,
                number: row["number"],
                startedAt: row.moment("started_at"),
                finishedAt: row.moment("finished_at"),
                verdict: verdict,
                status: row["status"],
                errorClass: row["error_class"],
                detail: row["detail"],
                peerAddress: row["peer_address"],
                timings: timings(row),
                reply: row["reply"],
                nextDueAt: row.date("next_due_at")
            )
        }
    }

    private static func timings(_ row: StoredRow) throws -> Attempt.Timings? {
        guard let nameLookup = try row["name_lookup"] as Double?, let connect = try row["connect"] as Double?,
            let tls = try row["tls"] as Double?, let firstByte = try row["first_byte"] as Double?,
            let total = try row["total"] as Double?
        else { return nil }
        return Attempt.Timings(
            nameLookup: nameLookup,
            connect: connect,
            tls: tls,
            firstByte: firstByte,
            total: total
        )
    }
}
