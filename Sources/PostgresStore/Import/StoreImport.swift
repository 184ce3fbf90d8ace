import Dispatch
import Glibc
package import Store

/// Moves what an embedded store holds into a database, all of it or nothing.
package struct StoreImport: Sendable {
    /// What was moved: rows by table.
    package internal(set) var rows: [(table: String, count: Int)] = []

    package var total: Int { rows.reduce(0) { $0 + $1.count } }

    /// Reads everything that is not in a table of its own in the database.
    package struct Numbers: Sendable {
        /// The highest numbers ever given to groups and to what waits in them.
        package var groups: Int64
        package var items: Int64

        package init(groups: Int64, items: Int64) {
            self.groups = groups
            self.items = items
        }
    }

    /// Moves a store, or finds that it was moved before: a second time nothing is moved twice.
    ///
    /// - Parameters:
    ///   - source: The embedded store; nothing else may use it meanwhile.
    ///   - numbers: What was given out there.
    ///   - address: The database.
    ///   - schema: The schema, which must be empty or missing.
    /// - Returns: What was moved, counted in the database and equal to what was read.
    /// - Throws: ``ImportRefusal``; ``Store/StoreTrouble`` when the server cannot be reached; what reading the source throws.
    ///   Nothing is in the database then. ``ImportDoubt`` when nobody knows.
    package static func run(
        from source: any StoredTables,
        numbers: Numbers,
        to address: DatabaseAddress,
        schema: String = "noroshi"
    ) async throws -> StoreImport {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "noroshi.postgres.import").async {
                continuation.resume(with: Result { try persistently(source, numbers, address, schema) })
            }
        }
    }

    /// Finds out what became of a commit whose answer was lost: whoever moves waits for it, and sees what it has left.
    private static func persistently(
        _ source: any StoredTables,
        _ numbers: Numbers,
        _ address: DatabaseAddress,
        _ schema: String
    ) throws -> StoreImport {
        var doubt: CommitDoubt?
        for pause in [0.2, 1, 5, 10] {
            do {
                return try run(from: source, numbers, address, schema)
            } catch let last as CommitDoubt {
                doubt = last
            } catch let trouble as StoreTrouble where doubt != nil && trouble.isOfServer {
                // It may be back in a moment.
            }
            usleep(UInt32(pause * 1_000_000))
        }
        throw ImportDoubt(reason: doubt?.reason ?? "")
    }

    private static func run(
        from source: any StoredTables,
        _ numbers: Numbers,
        _ address: DatabaseAddress,
        _ schema: String
    ) throws -> StoreImport {
        let settings = Session.Settings(schema: schema, statementTimeout: 600_000, idleTimeout: 600_000)
        let session: Session
        do {
            session = try address.connect(settings)
            try Migrator.migrate(schema, session)
        } catch let error as PostgresError {
            throw error.trouble ?? error
        }
        do {
            return try move(source, numbers, session)
        } catch let error as PostgresError where error.endsConnection {
            throw error.trouble ?? error
        } catch let doubt as CommitDoubt {
            throw doubt
        } catch {
            try session.script("ROLLBACK")
            throw error
        }
    }

    /// What is in the schema.
    private enum Contents {
        case nothing
        /// What was moved, and no node has worked on it.
        case moved
        case others
    }

    /// Sees to it that no node gets a number before the transaction ends, and looks whether one did before.
    private static func contents(_ session: Session) throws -> Contents {
        // Changes nothing, and is waited for, unlike taking a number (PostgreSQL 15, ALTER SEQUENCE, "Notes").
        session.later("ALTER SEQUENCE node_numbers MINVALUE 0")
        let next = try session.first("SELECT last_value, is_called FROM node_numbers") { row in
            (number: try row.integer(0), isTaken: try row.flag(1))
        }
        let streams = try session.all("SELECT stream FROM journal_streams") { try $0.integer(0) }
        guard let next, next.isTaken == false else { return .others }
        if next.number == 0, streams.isEmpty { return .nothing }
        return next.number == 1 && streams == [0] ? .moved : .others
    }

    private static func move(
        _ source: any StoredTables,
        _ numbers: Numbers,
        _ session: Session
    ) throws -> StoreImport {
        try session.begin()
        switch try contents(session) {
        case .nothing: break
        case .moved:
            guard let before = try found(source, session) else { throw ImportRefusal.notEmpty }
            try session.script("ROLLBACK")
            return before
        case .others: throw ImportRefusal.notEmpty
        }
        // Taken back with everything else, so that a directory can be moved after a try that failed.
        session.later("ALTER SEQUENCE node_numbers RESTART WITH 1")
        session.later("INSERT INTO journal_streams(stream) VALUES (0)")
        var result = StoreImport()
        for table in ImportedTable.all {
            result.rows.append((table.name, try copy(table, source, session)))
        }
        result.rows.append(("journal", try copyJournal(source, session)))
        try copyNumbers(source, numbers, session)
        do {
            try session.commit()
        } catch let error as PostgresError where error.endsConnection {
            throw CommitDoubt(reason: error.message)
        }
        return result
    }

    private static func copy(
        _ table: ImportedTable,
        _ source: any StoredTables,
        _ session: Session
    ) throws -> Int {
        let over = table.identity == nil ? "" : "OVERRIDING SYSTEM VALUE "
        let sql = "INSERT INTO \(table.name)(\(table.names())) \(over)SELECT * FROM \(table.parameters)"
        var (read, written) = (0, 0)
        try table.read(source) { rows in
            if table.name == PartitionedTable.observations.rawValue {
                try makeRoom(
                    for: rows.compactMap { if case .integer(let number) = $0[0] { number } else { nil } },
                    session
                )
            }
            written += try session.run(sql, table.bindings(for: rows))
            read += rows.count
        }
        if let identity = table.identity {
            session.later(
                """
                SELECT setval(pg_get_serial_sequence('\(table.name)', '\(identity)'),
                    greatest(1, (SELECT coalesce(max("\(identity)"), 0) FROM \(table.name))),
                    EXISTS (SELECT 1 FROM \(table.name)))
                """
            )
        }
        let stored = Int(try session.integer("SELECT count(*) FROM \(table.name)") ?? 0)
        guard read == written, stored == read else {
            throw ImportRefusal.miscounted(table.name, read: read, stored: stored)
        }
        return stored
    }

    private static func makeRoom(for numbers: [Int64], _ session: Session) throws {
        guard let first = numbers.min(), let last = numbers.max() else { return }
        let width = PartitionSizes().observations
        // The first rows that come are the first of all.
        var end = try PartitionRows.all(of: .observations, session).last?.range.upperBound ?? first / width * width
        while end <= last {
            try PartitionRows.make([Partition(of: .observations, end..<end + width)], session)
            end += width
        }
    }

    /// The day whose partition an entry goes in. What is much older than any retention goes together, and so does what a
    /// clock that was wrong has put in the future.
    private static func day(of receivedAt: Double, today: Int64) -> Int64 {
        let day = ((receivedAt + 978_307_200) / 86_400).rounded(.down)
        return day.isFinite ? Int64(min(max(day, Double(today - 400)), Double(today + 1))) : today
    }

    /// The journal becomes the stream 0, so that every position stays what it was.
    private static func copyJournal(_ source: any StoredTables, _ session: Session) throws -> Int {
        let today = try session.integer("SELECT floor(extract(epoch FROM now()) / 86400)::bigint") ?? 0
        let columns = ["position", "received_at", "observations", "source", "request_id", "body"]
        var (read, written) = (0, 0)
        try source.read("journal", columns: columns, order: ["position"]) { rows in
            var bindings = Bindings()
            for (index, kind) in zip(0..., [ImportedTable.Kind.bigint, .float8, .bigint, .text, .text, .bytea]) {
                try bindings.append(rows.map { $0[index] }, as: kind, in: "journal.\(columns[index])")
            }
            let days = rows.map { row in
                if case .real(let receivedAt) = row[1] { day(of: receivedAt, today: today) } else { today }
            }
            try PartitionRows.make(Set(days).sorted().map { Partition(of: .journal, $0..<$0 + 1) }, session)
            bindings.append(days)
            // Merged with other streams by when it came, as far as anybody knows.
            written += try session.run(
                """
                INSERT INTO journal(
                    stream, sequence, day, accepted_at, received_at, observations, source, request_id, body)
                SELECT 0, p, d, to_timestamp(r + 978307200), r, o, s, i, b
                FROM unnest($1::bigint[], $2::float8[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bigint[])
                    AS u(p, r, o, s, i, b, d)
                """,
                bindings
            )
            read += rows.count
        }
        let stored = Int(try session.integer("SELECT count(*) FROM journal") ?? 0)
        guard read == written, stored == read else {
            throw ImportRefusal.miscounted("journal", read: read, stored: stored)
        }
        return stored
    }

    private static func copyNumbers(_ source: any StoredTables, _ numbers: Numbers, _ session: Session) throws {
        try source.read("totals", columns: ["name", "value"], order: ["name"]) { rows in
            for row in rows {
                guard case .text(let name) = row[0], case .integer(let value) = row[1] else { continue }
                switch name {
                case "applied_position":
                    session.later("UPDATE journal_streams SET applied = $1 WHERE stream = 0", [value])
                case "held_under_version", "counted_after", "former_keys_through":
                    session.later("UPDATE control SET \(name) = $1", [value])
                case "probes": break
                default: session.later("INSERT INTO totals VALUES ($1, -1, $2)", [name, value])
                }
            }
        }
        try source.read("clock", columns: ["ahead", "ahead_until"], order: ["id"]) { rows in
            for row in rows {
                guard case .real(let ahead) = row[0] else { continue }
                var until: Double?
                if case .real(let moment) = row[1] { until = moment }
                session.later("UPDATE clock SET ahead = $1, ahead_until = $2", [ahead, until])
            }
        }
        session.later("UPDATE control SET alert_group = $1, waiting_item = $2", [numbers.groups, numbers.items])
        session.later(
            """
            UPDATE notification_numbers n SET number = last.number, id = last.id FROM (
                SELECT number, id FROM notifications ORDER BY number DESC LIMIT 1) AS last
            """
        )
    }
}

/// The connection was lost while the last of what was moved was written.
package struct ImportDoubt: Error, Hashable, CustomStringConvertible {
    var reason: String

    package var description: String {
        "the connection to PostgreSQL was lost as the move was committed (\(reason)), and nobody knows whether everything was "
            + "moved or nothing: run the same command again before anything is started; it finds out, and moves nothing twice"
    }
}

/// Why nothing was moved.
package enum ImportRefusal: Error, Hashable, CustomStringConvertible {
    /// Something else is in the schema, or was.
    case notEmpty
    case miscounted(String, read: Int, stored: Int)
    /// A cell holds what its column does not.
    case misplaced(String)

    package var description: String {
        switch self {
        case .notEmpty:
            "a node has worked on the database's schema before, or another directory was moved there; give another database, or "
                + "drop the schema if it is not needed"
        case .miscounted(let table, let read, let stored):
            "of \(read) rows of \(table) \(stored) arrived in the database; nothing was moved"
        case .misplaced(let column):
            "the column \(column) holds what does not belong there: `noroshi check --data` says what is damaged"
        }
    }
}
