import FoundationEssentials

/// Which partitions the ledger of observations needs, and which ones go as a whole.
enum ObservationPartitions {
    /// What is needed so that a partition's worth of numbers is free: about a day's observations, and never less than the
    /// smallest.
    ///
    /// - Parameters:
    ///   - sizes: How much goes in one.
    ///   - session: In a transaction.
    /// - Returns: The next one; none where there is one ahead.
    /// - Throws: What the session throws.
    static func ahead(_ sizes: PartitionSizes, _ session: Session) throws -> [Partition] {
        let end = try PartitionRows.all(of: .observations, session).last?.range.upperBound ?? 0
        let newest = try session.first("SELECT number, received_at FROM observations ORDER BY number DESC LIMIT 1") {
            try (number: $0.integer(0), receivedAt: $0.moment(1))
        }
        var width = sizes.observations
        // With less than a day's in each, every statement would have many to open.
        while let newest, width < sizes.observations << 3, newest.number > width {
            let before = try session.first(
                "SELECT received_at FROM observations WHERE number >= $1 ORDER BY number LIMIT 1",
                [newest.number - width]
            ) { try $0.moment(0) }
            guard let before, newest.receivedAt.timeIntervalSince(before) < 86_400 else { break }
            width *= 2
        }
        guard end <= (newest?.number ?? 0) + width else { return [] }
        return [Partition(of: .observations, end..<end + width)]
    }

    /// The rows of `p` that something refers to, or that are not older than the first parameter.
    static let kept = """
        p.received_at >= $1
            OR EXISTS (SELECT 1 FROM findings f WHERE f.number = p.finding AND f.observation = p.number)
            OR EXISTS (SELECT 1 FROM notifications n WHERE n.finding = p.finding AND n.observation = p.number)
            OR EXISTS (
                SELECT 1 FROM waiting_items i
                WHERE i.finding = p.finding AND i.observation = p.number AND i.state = 0
            )
        """

    /// Whether a partition waits until all of it is old: it is large, and filled within two days.
    ///
    /// - Parameters:
    ///   - partition: With what it takes on disk.
    ///   - sizes: From which size on.
    ///   - session: In a transaction.
    /// - Returns: When the last observation in it was received; `nil` where rows are deleted one by one.
    /// - Throws: What the session throws.
    static func end(
        ofWhole partition: Partition,
        _ sizes: PartitionSizes,
        _ session: Session
    ) throws -> Date? {
        guard partition.bytes >= sizes.whole, partition.isRemainder == false else { return nil }
        let name = SQLName.quoted(partition.name)
        let ends = try session.first(
            """
            SELECT (SELECT received_at FROM \(name) ORDER BY number LIMIT 1),
                (SELECT received_at FROM \(name) ORDER BY number DESC LIMIT 1)
            """
        ) { try (first: $0.date(0), last: $0.date(1)) }
        guard let first = ends?.first, let last = ends?.last, last.timeIntervalSince(first) <= 2 * 86_400 else {
            return nil
        }
        return last
    }
}
