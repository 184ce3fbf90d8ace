import FoundationEssentials
import Triage

/// The keys of events that were applied, as the first 16 bytes of their SHA-256.
enum RedeliveryRows {
    static func known(_ keys: [String]) -> Statement? {
        guard keys.isEmpty == false else { return nil }
        return Statement(
            "SELECT key FROM redeliveries WHERE key = ANY($1)",
            [keys.map { Blob(Fingerprint.bytes(of: $0)) }]
        )
    }

    /// Those of the keys that the rows name.
    static func keys(_ keys: [String], in rows: Rows) throws -> [String] {
        let found = Set(try rows.map { try $0.bytes(0) })
        guard found.isEmpty == false else { return [] }
        return keys.filter { found.contains(Fingerprint.bytes(of: $0)) }
    }

    static func insert(_ keys: [(key: String, receivedAt: Date)], _ session: Session) {
        guard keys.isEmpty == false else { return }
        session.later(
            "INSERT INTO redeliveries SELECT * FROM unnest($1::bytea[], $2::float8[])",
            [keys.map { Blob(Fingerprint.bytes(of: $0.key)) }, keys.map(\.receivedAt.stored)]
        )
    }
}
