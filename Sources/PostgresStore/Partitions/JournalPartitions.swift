import FoundationEssentials
import Triage

/// Which partitions the journal needs, and which ones go as a whole.
enum JournalPartitions {
    /// The day that it is by the server's clock, and the three after it.
    static func ahead(_ session: Session) throws -> [Partition] {
        let today = try session.integer("SELECT floor(extract(epoch FROM now()) / 86400)::bigint") ?? 0
        return (today...today + 3).map { Partition(of: .journal, $0..<$0 + 1) }
    }

    /// Whether everything in it was received before a date. A batch may hold requests that came after its day had ended.
    static func isPast(_ partition: Partition, before date: Date) -> Bool {
        Double(partition.range.upperBound) * 86_400 + 3_600 <= date.timeIntervalSince1970
    }

    /// Whether every entry in it has been applied: of a stream that is closed, all are.
    static func isApplied(_ partition: Partition, _ session: Session) throws -> Bool {
        try session.first(
            """
            SELECT NOT EXISTS (
                SELECT 1 FROM journal_streams s WHERE EXISTS (
                    SELECT 1 FROM \(SQLName.quoted(partition.name)) j WHERE j.stream = s.stream AND j.sequence > s.applied)
            )
            """
        ) { try $0.flag(0) } ?? false
    }

    static func keptCount(_ partition: Partition, _ session: Session) throws -> Int {
        Int(try session.integer("SELECT count(*) FROM \(SQLName.quoted(partition.name)) p WHERE \(kept)") ?? 0)
    }

    /// The rows of `p` that stand aside.
    static let kept = """
        (p.stream, p.sequence) IN (
            SELECT position >> \(JournalCursor.sequenceBits), position & \((Int64(1) << JournalCursor.sequenceBits) - 1)
            FROM set_aside)
        """
}
