import Triage
import Findings
import FoundationEssentials
import GRDB
package import Store

extension SQLiteStore {
    package func waiting(_ filter: WaitingFilter, page: Page) async throws -> Paged<WaitingNews> {
        let after = try page.cursor.map { try PageCursor($0, of: "w", count: 2).numbers }
        return try await ask { db in
            var found = try WaitingRows.all(filter, db).map { (news: $0, key: $0.sortKey) }
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
        return try await ask { db in
            var found = try ShortID.ids(beginningWith: part, limit, db)
            if let id = try ShortID.id(endingWith: part, db), found.contains(id) == false { found.append(id) }
            if found.isEmpty {
                // Lists show what stands behind the time, without its zeros; that may be cut at either end.
                let ending = try db.rows(
                    """
                    SELECT id FROM notifications WHERE substr(id, ?1) = ?2
                        OR substr(ltrim(substr(id, 13), '0'), 1, ?3) = ?2 ORDER BY number DESC LIMIT ?4
                    """,
                    [-part.count, part, part.count, limit]
                ).map { try $0[0] as String }
                found = ending
            }
            return Array(found.prefix(limit))
        }
    }

    package func findingIDs(like part: String, limit: Int) async throws -> [String] {
        guard part.first == "f", let first = ShortID.digits(String(part.dropFirst())).flatMap({ Int64($0, radix: 16) }),
            first > 0
        else { return [] }
        return try await ask { db in
            var found: [String] = []
            var (low, span): (Int64, Int64) = (first, 1)
            while low <= Int64.max / 16, found.count < limit {
                found += try db.rows(
                    "SELECT number FROM findings WHERE number >= ? AND number < ? ORDER BY number LIMIT ?",
                    [low, low + span, limit - found.count]
                ).map { Subject.id(ofFinding: try $0[0]) }
                (low, span) = (low * 16, span * 16)
            }
            return found
        }
    }
}

/// Ids by their parts.
extension ShortID {
    /// The id that ends in these digits, when they hold all of its row's number.
    static func id(endingWith part: String, _ db: Database) throws -> String? {
        guard let number = Int64(part.dropLast(8).suffix(12), radix: 16) else { return nil }
        let row = try db.row("SELECT id FROM notifications WHERE number = ?", [number])
        return try (row?[0] as String?).flatMap { $0.hasSuffix(part) ? $0 : nil }
    }

    /// Ids rise with the rows' numbers, so that a beginning is found in the steps of a binary search.
    static func ids(beginningWith part: String, _ limit: Int, _ db: Database) throws -> [String] {
        var low: Int64 = 0
        var high = (try db.integer("SELECT max(number) FROM notifications") ?? 0) + 1
        while low < high {
            let middle = low + (high - low) / 2
            let row = try db.row("SELECT id FROM notifications WHERE number >= ? ORDER BY number LIMIT 1", [middle])
            if let id: String = try row?[0], id < part { low = middle + 1 } else { high = middle }
        }
        return try db.rows("SELECT id FROM notifications WHERE number >= ? ORDER BY number LIMIT ?", [low, limit])
            .map { try $0[0] as String }.filter { $0.hasPrefix(part) }
    }
}
