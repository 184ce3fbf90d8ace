import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// What lanes do to the queue.
enum QueueRows {
    /// No older message about the same problem or of the same group waits for the same reader.
    private static let isFirst = """
        NOT EXISTS (
            SELECT 1 FROM notifications o
            WHERE o.state < 2 AND o.turn = n.turn AND o.destination = n.destination AND o.number < n.number
                AND o.recipient IS n.recipient
        )
        """

    /// What a claim has taken.
    struct Claimed: Sendable {
        let row: StoredNotification
        let place: ClaimPlace
    }

    /// One claim of one notification, unlike any other.
    struct ClaimPlace: Sendable, Hashable {
        let number: Int64
        let order: Int64
    }

    /// What a claim takes.
    struct ClaimRequest: Sendable {
        var destinations: [String]
        var limit: Int
        var lowest: Severity
        var claimant: Claimant?
        /// The place of the first of them in the order of all claims.
        var order: Int64
        var now: Date
    }

    /// - Returns: The rows; reading them is left to the time after the commit, for which others wait.
    static func claim(_ request: ClaimRequest, _ db: Database) throws -> [Claimed] {
        let limit = request.limit
        var candidates: [(severity: Int, number: Int64)] = []
        let resting = (request.claimant?.resting ?? []).sorted()
        let leaving = (request.claimant?.leaving ?? []).sorted()
        var isTaken = isFirst
        var left: Bindings = []
        if resting.isEmpty == false {
            isTaken += " AND ifnull(n.recipient, '') NOT IN (SELECT value FROM json_each(?))"
            left = left + [try StoredJSON.text(of: resting)]
        }
        if leaving.isEmpty == false {
            isTaken += " AND n.id NOT IN (SELECT value FROM json_each(?))"
            left = left + [try StoredJSON.text(of: leaving)]
        }
        for destination in request.destinations {
            candidates += try db.all(
                """
                SELECT CAST(n.severity AS INTEGER), n.number FROM notifications n INDEXED BY notifications_queue
                WHERE n.state = 0 AND n.destination = ? AND n.severity >= ? AND n.due_at <= ? AND \(isTaken)
                ORDER BY n.severity DESC, n.number LIMIT ?
                """,
                [destination, Int(request.lowest.rawValue), request.now.stored] + left + [limit]
            ) { try (severity: $0.count(0), number: $0.integer(1)) }
        }
        candidates.sort { ($1.severity, $0.number) < ($0.severity, $1.number) }
        let lane = request.claimant.map { Fingerprint.word(of: $0.lane) }
        let take = try db.prepared(
            """
            UPDATE notifications SET state = 1, attempts = attempts + 1, claimed_at = ?, claim_order = ?,
                claim_lane = ?, claim_concurrency = ?
            WHERE number = ?
            """
        )
        let read = try db.prepared("SELECT \(StoredNotification.columns) FROM notifications n WHERE n.number = ?")
        return try candidates.prefix(limit).enumerated().map { index, candidate in
            let place = ClaimPlace(number: candidate.number, order: request.order + Int64(index))
            try take.run([request.now.stored, place.order, lane, request.claimant?.concurrency, place.number])
            guard let row = try read.first([candidate.number], StoredNotification.init) else {
                throw StoredFormError("notification \(candidate.number) has vanished")
            }
            return Claimed(row: row, place: place)
        }
    }

    /// Puts back what was claimed and not begun, as if it had not been claimed; what was claimed anew since is left.
    static func release(_ places: [ClaimPlace], _ db: Database) throws {
        for place in places {
            try db.run(
                """
                UPDATE notifications SET state = 0, attempts = attempts - 1
                WHERE number = ? AND claim_order = ? AND state = 1
                """,
                [place.number, place.order]
            )
        }
    }

    /// Gives a message up that was claimed and cannot be read, as if it had not been claimed.
    static func bury(_ place: ClaimPlace, because reason: String, _ db: Database, change: inout TotalsChange) throws {
        let units = try db.first(
            """
            SELECT CAST(units AS INTEGER) FROM notifications WHERE number = ? AND claim_order = ? AND state = 1
            """,
            [place.number, place.order]
        ) { try $0.count(0) }
        guard let units else { return }
        try db.run(
            "UPDATE notifications SET state = 3, attempts = attempts - 1, dead_reason = ? WHERE number = ?",
            [reason, place.number]
        )
        change.move(units, from: .pending, to: .dead)
    }

    /// A place behind those of every claim that is not settled.
    static func nextOrder(_ db: Database) throws -> Int64 {
        let last = try db.integer(
            "SELECT max(claim_order) FROM notifications INDEXED BY notifications_sending WHERE state = 1"
        )
        return (last ?? 0) + 1
    }

    static func settle(_ settlement: Settlement, _ db: Database, change: inout TotalsChange) throws {
        let attempt = settlement.attempt
        if let lane = settlement.lane { try LaneRows.save(lane, db) }
        guard let number = NotificationSequence.number(in: attempt.notification),
            let claimed = try claimed(number, attempt, db)
        else { return }
        try AttemptRows.insert(attempt, of: number, db)
        // Settled before, or recovered meanwhile: the attempt is evidence and nothing else.
        guard claimed.isCurrent else { return }
        let effect = settlement.effect(
            isStandIn: claimed.isStandIn,
            isMinimal: claimed.isMinimal,
            units: claimed.units
        )
        if let posted = settlement.posted {
            try db.run(
                "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?)",
                [claimed.destination, claimed.thread, posted.channel, posted.timestamp, attempt.finishedAt.stored]
            )
        }
        try save(effect, attempt.errorClass, of: number, db)
        if let fallback = effect.fallback {
            try NotificationRows.insertStandIns(for: number, to: fallback, now: attempt.finishedAt, db)
        }
        change.merge(effect.change)
    }

    private static func save(
        _ effect: Settlement.Effect,
        _ errorClass: String?,
        of number: Int64,
        _ db: Database
    ) throws {
        if effect.state == .delivered, effect.isUncertain == false {
            // Nothing else changes, and SQLite looks after an index for each column that is named.
            return try db.run(
                "UPDATE notifications SET state = 2, dead_reason = NULL, error_class = ? WHERE number = ?",
                [errorClass, number]
            )
        }
        try db.run(
            """
            UPDATE notifications SET state = ?, due_at = coalesce(?, due_at), minimal = ?, uncertain = uncertain + ?,
                dead_reason = ?, error_class = ?, rendered = coalesce(?, rendered)
            WHERE number = ?
            """,
            [
                ColumnText.code(of: effect.state), effect.dueAt?.stored, effect.isMinimal,
                effect.isUncertain ? 1 : 0, effect.deadReason, errorClass, effect.rendered, number,
            ]
        )
    }

    /// What a settlement has to know of its notification.
    private struct Claim {
        /// Whether it is this attempt that is under way.
        let isCurrent: Bool
        let isStandIn: Bool
        let isMinimal: Bool
        let units: Int
        let destination: String
        let thread: String
    }

    /// `nil` when there is no such notification.
    private static func claimed(_ number: Int64, _ attempt: Attempt, _ db: Database) throws -> Claim? {
        try db.first(
            """
            SELECT state = 1 AND attempts = ?, fallback_for, minimal, units, destination, thread FROM notifications
            WHERE number = ? AND id = ?
            """,
            [attempt.number, number, attempt.notification]
        ) { columns in
            try Claim(
                isCurrent: columns.integer(0) != 0,
                isStandIn: columns.isNull(1) == false,
                isMinimal: columns.integer(2) != 0,
                units: Int(columns.integer(3)),
                destination: columns.text(4),
                thread: columns.text(5)
            )
        }
    }

    /// - Returns: How many attempts may have been under way when the earlier process ended.
    static func recover(now: Date, _ db: Database) throws -> Int {
        // Those that a version claimed which kept no order come first, and count as begun.
        let rows = try db.rows(
            """
            SELECT number, id, attempts, severity, claimed_at, claim_order, claim_lane, claim_concurrency
            FROM notifications INDEXED BY notifications_sending WHERE state = 1 ORDER BY claim_order, number
            """
        )
        var begun = BegunClaims()
        var uncertain = 0
        for row in rows {
            guard
                try begun.mayInclude(claimant(row), isCritical: row["severity"] >= Int(Severity.critical.rawValue))
            else {
                try release([ClaimPlace(number: row["number"], order: row["claim_order"])], db)
                continue
            }
            uncertain += 1
            let attempt = try Attempt(
                notification: row["id"],
                number: row["attempts"],
                startedAt: row.date("claimed_at") ?? now,
                finishedAt: now,
                verdict: .uncertain,
                errorClass: "process_ended",
                detail: "the process ended while the attempt was under way; nobody knows whether the receiver acted",
                nextDueAt: now
            )
            let number: Int64 = try row["number"]
            try AttemptRows.insert(attempt, of: number, db)
            try db.run(
                """
                UPDATE notifications SET state = 0, due_at = ?, uncertain = uncertain + 1, error_class = ?
                WHERE number = ?
                """,
                [now.stored, attempt.errorClass, number]
            )
        }
        return uncertain
    }

    private static func claimant(_ row: StoredRow) throws -> Claimant? {
        guard let lane = try row["claim_lane"] as Int64?, let concurrency = try row["claim_concurrency"] as Int? else {
            return nil
        }
        return Claimant(lane: "\(lane)", concurrency: concurrency)
    }

    /// The destinations that have something pending, by seeking from one to the next instead of reading them all.
    private static let pendingDestinations = """
        WITH RECURSIVE d(name) AS (
            SELECT min(destination) FROM notifications WHERE state = 0
            UNION ALL
            SELECT (SELECT min(destination) FROM notifications WHERE state = 0 AND destination > name)
            FROM d WHERE name IS NOT NULL
        )
        """

    /// Only messages that may be claimed count: one that waits behind an older one is due when that is settled.
    static func nextDue(_ db: Database) throws -> [String: Date] {
        let rows = try db.rows(
            """
            \(pendingDestinations)
            SELECT name, (
                SELECT n.due_at FROM notifications n INDEXED BY notifications_due
                WHERE n.state = 0 AND n.destination = name AND \(isFirst) ORDER BY n.due_at LIMIT 1
            ) AS due_at FROM d WHERE name IS NOT NULL
            """
        )
        var next: [String: Date] = [:]
        for row in rows {
            do {
                try next[row["name"]] = row.date("due_at")
            } catch is StoredFormError {
                // Nothing comes before what cannot be read; other destinations have their own.
                continue
            }
        }
        return next
    }

    static func backlog(_ db: Database) throws -> [DestinationBacklog] {
        var backlog: [String: DestinationBacklog] = [:]
        func update(_ name: String, _ body: (inout DestinationBacklog) throws -> Void) rethrows {
            var entry = backlog[name] ?? DestinationBacklog(destination: name)
            try body(&entry)
            backlog[name] = entry
        }
        let pending = try db.rows(
            """
            SELECT q.*, n.created_at AS oldest FROM (
                SELECT destination, count(*) AS count, min(number) AS first, sum(severity = ?) AS critical
                FROM notifications INDEXED BY notifications_queue WHERE state = 0 GROUP BY destination
            ) q JOIN notifications n ON n.number = q.first
            """,
            [Int(Severity.critical.rawValue)]
        )
        for row in pending {
            try update(row["destination"]) { entry in
                entry.pending = try row["count"]
                entry.critical = try row["critical"]
                entry.oldestPendingAt = try row.date("oldest")
            }
        }
        let counts = "SELECT destination, count(*) AS count FROM notifications"
        for row in try db.rows("\(counts) WHERE state = 1 GROUP BY destination") {
            try update(row["destination"]) { $0.sending = try row["count"] }
        }
        for row in try db.rows("\(counts) WHERE state = 3 GROUP BY destination") {
            try update(row["destination"]) { $0.dead = try row["count"] }
        }
        return backlog.values.sorted { $0.destination < $1.destination }
    }
}
