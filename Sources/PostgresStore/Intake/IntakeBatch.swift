import FoundationEssentials
import Store
import Triage

/// Requests that are written in one commit, under keys that are fixed when the batch is formed.
struct IntakeBatch: Sendable {
    private(set) var node: Int64
    private(set) var stream: Int64
    /// The last entry before these.
    private(set) var sequence: Int64
    /// The partition that the last entry before these is in, or the whole journal where it is not there.
    var preceding: String
    /// On which it was formed; its entries' partition.
    let day: Int64
    /// Counts the batches of this process.
    let number: Int64
    let waiters: [IntakeWaiter]

    /// - Parameters:
    ///   - stream: This node's number, and that of its stream.
    ///   - sequence: The last entry before these.
    ///   - precedingDay: The day of that entry.
    ///   - number: Counts the batches of this process.
    ///   - waiters: One or more.
    init(stream: Int64, sequence: Int64, precedingDay: Int64, number: Int64, waiters: [IntakeWaiter]) {
        node = stream
        self.stream = stream
        self.sequence = sequence
        self.number = number
        self.waiters = waiters
        preceding = Partition.name(ofDay: precedingDay)
        day = waiters.first.map { Int64($0.request.receivedAt.utcDay) } ?? precedingDay
    }

    /// The same at the beginning of another stream, of the node with the same number.
    func moved(to stream: Int64) -> IntakeBatch {
        var batch = self
        (batch.node, batch.stream, batch.sequence) = (stream, stream, 0)
        return batch
    }

    var entries: [IntakeRequest] { waiters.filter(\.hasEntry).map(\.request) }

    struct Item {
        var receivedAt: Date
        var item: QuarantinedItem
        /// 16 bytes of a SHA-256.
        var key: [UInt8]
        var size: Int
    }

    /// Every quarantined item, each with a key, so that none is kept twice when the batch is sent again.
    var items: [Item] {
        var items: [Item] = []
        for request in waiters.map(\.request) {
            for item in request.quarantine {
                let key = item.key ?? "node \(node), batch \(number), item \(items.count)"
                items.append(
                    Item(
                        receivedAt: request.receivedAt,
                        item: item,
                        key: Fingerprint.bytes(of: key),
                        size: item.bytes.count + item.reason.utf8.count + QuarantineRows.rowBytes
                    )
                )
            }
        }
        return items
    }

    /// - Throws: ``StreamClosed``, and what the session throws.
    func insert(_ session: Session, quarantineLimit: Int) throws {
        let entries = entries
        var change = TotalsChange()
        let items = items
        if items.isEmpty == false { try QuarantineRows.insert(items, limit: quarantineLimit, session, change: &change) }
        let shard = TotalsRows.shard(node, .intake)
        guard entries.isEmpty == false else { return TotalsRows.add(change, to: shard, session) }
        let observations = entries.reduce(0) { $0 + $1.observations }
        change.add(observations, to: .received)
        change.add(observations, to: .waiting)
        let amounts = change.amounts.map { ($0.key.name, $0.value) }.sorted { $0.0 < $1.0 }
        // Where the entry before these is missing, which this node was told is there, nothing is written: the reader would wait
        // for it for ever.
        let follows =
            sequence == 0
            ? "true"
            : """
            (applied >= $5 OR EXISTS (SELECT 1 FROM \(SQLName.quoted(preceding)) j WHERE j.stream = s.stream AND j.sequence = $5))
            """
        let answers = try session.last([
            // Whoever closes the stream waits for this transaction; where it is closed nothing is written.
            Statement(
                """
                WITH me AS (
                    SELECT stream FROM journal_streams s WHERE stream = $1 AND \(follows) FOR KEY SHARE
                ), counted AS (
                    INSERT INTO totals SELECT n, $2, v FROM me, unnest($3::text[], $4::bigint[]) AS u(n, v)
                    ON CONFLICT (name, shard) DO UPDATE SET value = totals.value + excluded.value
                )
                INSERT INTO journal(stream, sequence, day, received_at, observations, source, request_id, body)
                SELECT me.stream, $5 + n, $11, r, o, s, i, b
                FROM me, unnest($6::float8[], $7::bigint[], $8::text[], $9::text[], $10::bytea[])
                    WITH ORDINALITY AS u(r, o, s, i, b, n)
                """,
                [
                    stream, shard, amounts.map(\.0), amounts.map(\.1), sequence, entries.map(\.receivedAt.stored),
                    entries.map(\.observations), entries.map(\.source), entries.map(\.requestID),
                    entries.map { Blob($0.body) }, day,
                ]
            )
        ])
        if answers.first?.affected == 0 { throw StreamClosed() }
    }
}

/// The stream cannot be written on: nobody reads it any more, since this node was taken for gone, or the database has lost the
/// end of it.
struct StreamClosed: Error {}
