package import FoundationEssentials
import GRDB
package import Routing
package import Store

extension SQLiteStore: Silences {
    package func silences(_ states: Set<Silence.State>?, now: Date, page: Page) async throws -> Paged<Silence> {
        let before = try page.cursor.map { try PageCursor($0, of: "s", count: 1).numbers[0] } ?? .max
        return try await ask { db in
            // In the order of the cases, so that there are few different statements.
            let parts = Silence.State.allCases.filter { states?.contains($0) ?? true }
                .map { SilenceRows.condition($0, at: now) }
            let terms = parts.isEmpty ? "FALSE" : parts.map(\.sql).joined(separator: " OR ")
            let rows = try db.rows(
                "SELECT * FROM silences WHERE (\(terms)) AND number < ? ORDER BY number DESC LIMIT ?",
                parts.reduce(StatementArguments()) { $0 + $1.arguments } + [before, page.rowLimit + 1]
            )
            let found = try page.cut(rows) { try PageCursor("s", $0["number"]) }
            return Paged(items: SilenceRows.readable(found.items), next: found.next)
        }
    }

    package func silence(_ id: String) async throws -> Silence? {
        try await pipeline.read { try SilenceRows.silence(id, $0) }
    }

    package func openSilences(now: Date) async throws -> [Silence] {
        try await pipeline.read { db in
            SilenceRows.readable(
                try db.rows("SELECT * FROM silences WHERE ends_at > ? ORDER BY number", [now.stored])
            )
        }
    }

    package func silenceCounts(now: Date) async throws -> [Silence.State: Int] {
        try await pipeline.read { db in
            var counts: [Silence.State: Int] = [:]
            for state in Silence.State.allCases {
                let (sql, arguments) = SilenceRows.condition(state, at: now)
                counts[state] = Int(try db.integer("SELECT count(*) FROM silences WHERE \(sql)", arguments) ?? 0)
            }
            return counts
        }
    }

    package func create(_ draft: SilenceDraft, author: String, now: Date) async throws -> Silence {
        let silence = try await writer.write(.asked) { db, _ in
            try SilenceRows.insert(draft, author: author, now: now, db)
        }
        timerSignal.send()
        return silence
    }

    package func edit(
        _ id: String,
        to draft: SilenceDraft,
        author: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> SilenceEdit {
        let edit = try await writer.write(.asked) { db, _ -> SilenceEdit in
            guard let silence = try SilenceRows.silence(id, db) else { throw SilenceRefusal.unknown }
            guard isExpected(silence) else { throw SilenceRefusal.changed }
            if let edited = silence.edited(draft, at: now) {
                try SilenceRows.update(edited, db)
                return .inPlace(edited)
            }
            let old = silence.expired(at: now)
            try SilenceRows.update(old, db)
            return .replaced(old: old, new: try SilenceRows.insert(draft, author: author, now: now, db))
        }
        timerSignal.send()
        return edit
    }

    package func expire(
        _ id: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> Silence {
        let silence = try await writer.write(.asked) { db, _ -> Silence in
            guard let silence = try SilenceRows.silence(id, db) else { throw SilenceRefusal.unknown }
            guard silence.state(at: now) != .expired else { return silence }
            guard isExpected(silence) else { throw SilenceRefusal.changed }
            let expired = silence.expired(at: now)
            try SilenceRows.update(expired, db)
            return expired
        }
        timerSignal.send()
        return silence
    }
}
