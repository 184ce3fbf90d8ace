import FoundationEssentials
import Store
import Triage

/// Requests that are written in one commit, under keys that are fixed when the batch is formed.
struct IntakeBatch: Sendable {
    private(set) var node: Int64
    private(set) var stream: Int64
    /// The last entry before these.
    private(set) var sequence: Int64
    /// Counts the batches of this process.
    let number: Int64
    let waiters: [IntakeWaiter]

    init(node: Int64, stream: Int64, sequence: Int64, number: Int64, waiters: [IntakeWaiter]) {
        self.node = node
        self.stream = stream
        self.sequence = sequence
        self.number = number
        self.waiters = waiters
    }

    /// The same at the beginning of another stream, of the node with the same number.
    func moved(to stream: Int64) -> IntakeBatch {
        IntakeBatch(node: stream, stream: stream, sequence: 0, number: number, waiters: waiters)
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
        if entries.isEmpty == false {
            session.later(
                """
                INSERT INTO journal(stream, sequence, received_at, observations, source, request_id, body)
                SELECT $1, $2 + n, r, o, s, i, b
                FROM unnest($3::float8[], $4::bigint[], $5::text[], $6::text[], $7::bytea[])
                    WITH ORDINALITY AS u(r, o, s, i, b, n)
                """,
                [
                    stream, sequence, entries.map(\.receivedAt.stored), entries.map(\.observations),
                    entries.map(\.source), entries.map(\.requestID), entries.map { Blob($0.body) },
                ]
            )
            let observations = entries.reduce(0) { $0 + $1.observations }
            change.add(observations, to: .received)
            change.add(observations, to: .waiting)
        }
        let items = items
        if items.isEmpty == false { try QuarantineRows.insert(items, limit: quarantineLimit, session, change: &change) }
        TotalsRows.add(change, to: TotalsRows.shard(node, .intake), session)
        guard entries.isEmpty == false else { return }
        // Last, so that it goes along with the others: whoever closes the stream waits for this transaction.
        let isOpen = try session.first("SELECT 1 FROM journal_streams WHERE stream = $1 FOR KEY SHARE", [stream]) { _ in
            true
        }
        if isOpen == nil { throw StreamClosed() }
    }
}

/// Nobody reads the stream any more: this node was taken for gone.
struct StreamClosed: Error {}
