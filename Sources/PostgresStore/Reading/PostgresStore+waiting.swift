import Findings
import FoundationEssentials
package import Store
import Triage

extension PostgresStore {
    package func waiting(_ filter: WaitingFilter, page: Page) async throws -> Paged<WaitingNews> {
        let after = try page.cursor.map { try PageCursor($0, of: "w", count: 2).numbers }
        return try await ask { session in
            var found = try WaitingRows.all(filter, session).map { (news: $0, key: $0.sortKey) }
            if let after {
                let last = (Double(bitPattern: UInt64(bitPattern: after[0])), after[1])
                found = found.filter { ($0.key.due, $0.key.tie) > last }
            }
            found.sort { ($0.key.due, $0.key.tie) < ($1.key.due, $1.key.tie) }
            return page.cut(Array(found.prefix(page.rowLimit + 1))) { item in
                PageCursor("w", Int64(bitPattern: item.key.due.bitPattern), item.key.tie)
            }.map(\.news)
        }
    }

    package func notificationIDs(like part: String, limit: Int) async throws -> [String] {
        guard let part = ShortID.digits(part) else { return [] }
        return try await ask { session in
            var found = try ShortID.ids(beginningWith: part, limit, session)
            if let id = try ShortID.id(endingWith: part, session), found.contains(id) == false { found.append(id) }
            if found.isEmpty {
                // Lists show what stands behind the time, without its zeros; that may be cut at either end.
                found = try session.all(
                    """
                    SELECT id FROM notifications WHERE right(id, $2::int) = $1
                        OR left(ltrim(substr(id, 13), '0'), $2::int) = $1 ORDER BY number DESC LIMIT $3
                    """,
                    [part, part.count, limit]
                ) { try $0.text(0) }
            }
            return Array(found.prefix(limit))
        }
    }

    package func findingIDs(like part: String, limit: Int) async throws -> [String] {
        guard part.first == "f", let first = ShortID.digits(String(part.dropFirst())).flatMap({ Int64($0, radix: 16) }),
            first > 0
        else { return [] }
        return try await ask { session in
            var ranges: [Statement] = []
            var (low, span): (Int64, Int64) = (first, 1)
            while low <= Int64.max / 16 {
                ranges.append(
                    Statement(
                        "SELECT number FROM findings WHERE number >= $1 AND number < $2 ORDER BY number LIMIT $3",
                        [low, low + span, limit]
                    )
                )
                (low, span) = (low * 16, span * 16)
            }
            let found = try session.ask(ranges).flatMap { rows in
                try rows.map { Subject.id(ofFinding: try $0.integer(0)) }
            }
            return Array(found.prefix(limit))
        }
    }
}

/// Ids by their parts.
extension ShortID {
    /// The id that ends in these digits, when they hold all of its row's number.
    static func id(endingWith part: String, _ session: Session) throws -> String? {
        guard let number = Int64(part.dropLast(8).suffix(12), radix: 16) else { return nil }
        let id = try session.first("SELECT id FROM notifications WHERE number = $1", [number]) { try $0.text(0) }
        return id.flatMap { $0.hasSuffix(part) ? $0 : nil }
    }

    /// Ids rise with the rows' numbers, so that a beginning is found in the steps of a binary search, made by the server.
    static func ids(beginningWith part: String, _ limit: Int, _ session: Session) throws -> [String] {
        try session.all(
            """
            WITH RECURSIVE search(low, high) AS (
                SELECT 0::bigint, coalesce(max(number), 0) + 1 FROM notifications
                UNION ALL
                SELECT CASE WHEN found.id < $1 COLLATE "C" THEN middle.number + 1 ELSE search.low END,
                    CASE WHEN found.id < $1 COLLATE "C" THEN search.high ELSE middle.number END
                FROM search CROSS JOIN LATERAL (SELECT search.low + (search.high - search.low) / 2 AS number) AS middle
                LEFT JOIN LATERAL (
                    SELECT n.id FROM notifications n WHERE n.number >= middle.number ORDER BY n.number LIMIT 1
                ) AS found ON true WHERE search.low < search.high
            )
            SELECT n.id FROM notifications n WHERE n.number >= (SELECT low FROM search WHERE low >= high)
            ORDER BY n.number LIMIT $2
            """,
            [part, limit]
        ) { try $0.text(0) }.filter { $0.hasPrefix(part) }
    }
}
