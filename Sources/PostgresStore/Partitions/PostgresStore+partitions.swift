import FoundationEssentials
import Store

extension PostgresStore {
    /// Makes the partitions that will be needed, and says which rows are to be deleted one by one.
    ///
    /// - Parameter date: What is older may go.
    /// - Returns: `nil` where another node is at it.
    /// - Throws: What the session throws.
    func preparePartitions(before date: Date) async throws -> Prune.Scope? {
        let sizes = options.partitions
        let isGrown = try await housekeeping.transaction { session in
            guard try AdvisoryLock.prune.takeIfFree(session) else { return false }
            try PartitionRows.make(JournalPartitions.ahead(session), session)
            return try PartitionRows.make(ObservationPartitions.ahead(sizes, session), session) > 0
        }
        if isGrown {
            // The server does so by itself for each partition, and not for the whole (PostgreSQL 15, 25.1.3).
            try await housekeeping.transaction { session in
                session.later("ANALYZE journal")
                session.later("ANALYZE observations")
            }
        }
        return try await housekeeping.transaction { session in
            guard try AdvisoryLock.prune.takeIfFree(session) else { return nil }
            var scope = Prune.Scope(date: date)
            scope.journal = try PartitionRows.all(of: .journal, session)
                .filter { $0.bytes < sizes.whole || $0.isRemainder }
            for partition in try PartitionRows.all(of: .observations, session)
            where try ObservationPartitions.end(ofWhole: partition, sizes, session) != nil {
                scope.left.append(partition.range)
            }
            return scope
        }
    }

    /// Lets go of partitions that are old as a whole, but for what is still referred to, and of those that are empty.
    ///
    /// One that others hold is tried again next time.
    ///
    /// - Parameter date: What is older may go.
    /// - Throws: What the session throws.
    func dropPartitions(before date: Date) async throws {
        let sizes = options.partitions
        for table in PartitionedTable.allCases {
            for partition in try await housekeeping.transaction({ try PartitionRows.all(of: table, $0) }) {
                try Task.checkCancellation()
                do {
                    try await housekeeping.transaction { session in
                        guard try AdvisoryLock.prune.takeIfFree(session) else { return }
                        switch table {
                        case .journal: try PostgresStore.drop(partition, before: date, sizes, session)
                        case .observations:
                            try PostgresStore.drop(observations: partition, before: date, sizes, session)
                        }
                    }
                } catch let trouble as StoreTrouble where trouble.kind == .locked {
                    continue
                }
            }
        }
    }

    private static func drop(
        _ partition: Partition,
        before date: Date,
        _ sizes: PartitionSizes,
        _ session: Session
    ) throws {
        guard JournalPartitions.isPast(partition, before: date) else { return }
        if try PartitionRows.isEmpty(partition, session) { return try PartitionRows.drop(partition, session) }
        guard partition.bytes >= sizes.whole, partition.isRemainder == false,
            try JournalPartitions.isApplied(partition, session)
        else { return }
        // Asked again once nobody can write: a node whose clock is wrong may write there.
        _ = try PartitionRows.replace(partition, keeping: JournalPartitions.kept, [], session) { session in
            try JournalPartitions.isApplied(partition, session)
        }
    }

    private static func drop(
        observations partition: Partition,
        before date: Date,
        _ sizes: PartitionSizes,
        _ session: Session
    ) throws {
        // The newest observation stays, so that its number is not given out again.
        let newest = try session.integer("SELECT max(number) FROM observations") ?? 0
        guard partition.range.upperBound <= newest else { return }
        if try PartitionRows.isEmpty(partition, session) { return try PartitionRows.drop(partition, session) }
        guard let end = try ObservationPartitions.end(ofWhole: partition, sizes, session), end < date else { return }
        _ = try PartitionRows.replace(partition, keeping: ObservationPartitions.kept, [date.stored], session)
    }
}
