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
    /// - Parameter date: What is older may go.
    /// - Throws: ``PartitionsInUse``, with all others gone; what the session throws.
    func dropPartitions(before date: Date) async throws {
        let sizes = options.partitions
        var inUse: [String] = []
        for table in PartitionedTable.allCases {
            for partition in try await housekeeping.transaction({ try PartitionRows.all(of: table, $0) }) {
                try Task.checkCancellation()
                do {
                    try await withTaskCancellationHandler {
                        try await housekeeping.transaction { session in
                            guard try AdvisoryLock.prune.takeIfFree(session) else { return }
                            switch table {
                            case .journal: try PostgresStore.drop(partition, before: date, sizes, session)
                            case .observations:
                                try PostgresStore.drop(observations: partition, before: date, sizes, session)
                            }
                        }
                    } onCancel: {
                        housekeeping.cancel()
                    }
                } catch let trouble as StoreTrouble where trouble.kind == .locked {
                    inUse.append(partition.name)
                } catch let error as PostgresError where error.isConflict {
                    inUse.append(partition.name)
                }
            }
        }
        try Task.checkCancellation()
        if inUse.isEmpty == false { throw PartitionsInUse(names: inUse) }
    }

    private static func drop(
        _ partition: Partition,
        before date: Date,
        _ sizes: PartitionSizes,
        _ session: Session
    ) throws {
        guard JournalPartitions.isPast(partition, before: date) else { return }
        if try PartitionRows.isEmpty(partition, session) {
            return try PartitionRows.drop(partition, tries: sizes.tries, session)
        }
        guard partition.bytes >= sizes.whole, partition.isRemainder == false,
            try JournalPartitions.isApplied(partition, session)
        else { return }
        // Asked again once nobody can write: a node whose clock is wrong may write there.
        try PartitionRows.replace(partition, keeping: JournalPartitions.kept, [], tries: sizes.tries, session) {
            session,
            count in
            try JournalPartitions.isApplied(partition, session)
                && JournalPartitions.keptCount(partition, session) == count
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
        if try PartitionRows.isEmpty(partition, session) {
            return try PartitionRows.drop(partition, tries: sizes.tries, session)
        }
        guard let end = try ObservationPartitions.end(ofWhole: partition, sizes, session), end < date else { return }
        try PartitionRows.replace(
            partition,
            keeping: ObservationPartitions.kept,
            [date.stored],
            tries: sizes.tries,
            session
        )
    }
}

/// Partitions that are old as a whole and that others read or tidied up all the time.
struct PartitionsInUse: Error, Hashable, CustomStringConvertible {
    var names: [String]

    var description: String {
        "the partitions \(names.joined(separator: ", ")) could not be dropped, since others use their tables all the time: look "
            + "for long transactions in pg_stat_activity; it is tried again in an hour"
    }
}
