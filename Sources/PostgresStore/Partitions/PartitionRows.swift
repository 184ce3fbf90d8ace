/// What the server knows about partitions, and how they come and go.
enum PartitionRows {
    /// Every partition of a table, by the range.
    static func all(of table: PartitionedTable, _ session: Session) throws -> [Partition] {
        try session.all(
            """
            SELECT c.relname::text, coalesce(pg_table_size(c.oid), 0), bound[1]::bigint, bound[2]::bigint
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            CROSS JOIN LATERAL regexp_match(
                pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''?(-?\\d+)''?\\) TO \\(''?(-?\\d+)''?\\)') AS bound
            WHERE i.inhparent = to_regclass('\(table.rawValue)') AND bound IS NOT NULL ORDER BY 3
            """
        ) { row in
            try Partition(
                of: table,
                named: row.text(0),
                row.integer(2)..<row.integer(3),
                bytes: row.integer(1)
            )
        }
    }

    /// Makes partitions unless there are some for any of their keys; writers of the table are not held up.
    ///
    /// - Parameters:
    ///   - wanted: Of one table, without overlaps.
    ///   - session: In a transaction that has made none yet.
    /// - Returns: How many were made.
    /// - Throws: What the session throws.
    @discardableResult
    static func make(_ wanted: [Partition], _ session: Session) throws -> Int {
        guard let table = wanted.first?.table else { return 0 }
        AdvisoryLock.partitions.take(session)
        let known = try all(of: table, session)
        let missing = wanted.filter { wanted in known.allSatisfy { $0.range.overlaps(wanted.range) == false } }
        for partition in missing {
            create(partition.name, like: table, session)
            attach(partition.name, partition, session)
        }
        return missing.count
    }

    /// Puts what is still referred to in the place of a whole partition.
    ///
    /// - Parameters:
    ///   - partition: What is to go.
    ///   - kept: The condition of rows of `p` that stay.
    ///   - bindings: Its parameters.
    ///   - tries: See ``PartitionSizes/tries``.
    ///   - session: In a transaction of its own, which nobody waits for.
    ///   - isFree: Asked, with how many rows stay, once nobody can write any more; where it says no, nothing is done.
    /// - Throws: What the session throws; `55P03` when others held the table each time it was tried.
    static func replace(
        _ partition: Partition,
        keeping kept: String,
        _ bindings: Bindings,
        tries: Int,
        _ session: Session,
        if isFree: (Session, Int) throws -> Bool = { _, _ in true }
    ) throws {
        let key = partition.table.key
        let (name, remainder) = (SQLName.quoted(partition.name), SQLName.quoted(partition.remainderName))
        // It takes as long as it takes; whoever ends the service cancels it.
        session.later("SELECT set_config('statement_timeout', '0', true)")
        // Drives away what the server does there to tidy up, while nobody waits.
        session.later("LOCK TABLE ONLY \(name) IN SHARE UPDATE EXCLUSIVE MODE")
        create(partition.remainderName, like: partition.table, session)
        let count = try session.run("INSERT INTO \(remainder) SELECT p.* FROM \(name) p WHERE \(kept)", bindings)
        if count > 0 {
            // Known to hold, so that attaching reads no row while everybody waits.
            session.later(
                """
                ALTER TABLE \(remainder) ADD CONSTRAINT in_range
                    CHECK (\(key) >= \(partition.range.lowerBound) AND \(key) < \(partition.range.upperBound))
                """
            )
        }
        try lockOut(partition, tries: tries, session)
        guard try isFree(session, count) else {
            session.later("DROP TABLE \(remainder)")
            return
        }
        detach(partition, session)
        if count > 0 {
            attach(partition.remainderName, partition, session)
            session.later("ALTER TABLE \(remainder) DROP CONSTRAINT in_range")
        } else {
            session.later("DROP TABLE \(remainder)")
        }
        session.later("DROP TABLE \(name)")
    }

    /// A partition that nothing is left in.
    static func drop(_ partition: Partition, tries: Int, _ session: Session) throws {
        try lockOut(partition, tries: tries, session)
        guard try isEmpty(partition, session) else { return }
        detach(partition, session)
        session.later("DROP TABLE \(SQLName.quoted(partition.name))")
    }

    /// Waits until nobody uses the table or the partition, for a fifth of a second at a time: whoever comes meanwhile waits, too.
    ///
    /// The other partitions are not locked: whoever writes locks one of them before the table.
    private static func lockOut(_ partition: Partition, tries: Int, _ session: Session) throws {
        session.later("SELECT set_config('lock_timeout', '200', true)")
        session.later("SAVEPOINT unlocked")
        for attempt in 1... {
            do {
                session.later("LOCK TABLE ONLY \(partition.table.rawValue) IN ACCESS EXCLUSIVE MODE")
                try session.run("LOCK TABLE ONLY \(SQLName.quoted(partition.name)) IN ACCESS EXCLUSIVE MODE")
                return
            } catch let error as PostgresError where error.state == "55P03" && attempt < tries {
                session.later("ROLLBACK TO SAVEPOINT unlocked")
                try session.run("SELECT pg_sleep(0.5)")
            }
        }
    }

    private static func detach(_ partition: Partition, _ session: Session) {
        session.later("ALTER TABLE \(partition.table.rawValue) DETACH PARTITION \(SQLName.quoted(partition.name))")
    }

    static func isEmpty(_ partition: Partition, _ session: Session) throws -> Bool {
        try session.first("SELECT NOT EXISTS (SELECT 1 FROM \(SQLName.quoted(partition.name)))") { try $0.flag(0) }
            ?? true
    }

    private static func create(_ name: String, like table: PartitionedTable, _ session: Session) {
        session.later("CREATE TABLE \(SQLName.quoted(name)) (LIKE \(table.rawValue) INCLUDING ALL)")
    }

    /// Attached and not made in its place, which would hold up everybody who writes.
    private static func attach(_ name: String, _ partition: Partition, _ session: Session) {
        session.later(
            """
            ALTER TABLE \(partition.table.rawValue) ATTACH PARTITION \(SQLName.quoted(name))
                FOR VALUES FROM (\(partition.range.lowerBound)) TO (\(partition.range.upperBound))
            """
        )
    }
}
