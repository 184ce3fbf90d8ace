package import FoundationEssentials
package import Routing
package import Store

extension PostgresStore: Silences {
    package func silences(_ states: Set<Silence.State>?, now: Date, page: Page) async throws -> Paged<Silence> {
        let before = try page.cursor.map { try PageCursor($0, of: "s", count: 1).numbers[0] } ?? .max
        return try await ask { try SilenceRows.page(states, now: now, before: before, page, $0) }
    }

    package func silence(_ id: String) async throws -> Silence? {
        try await pipeline.transaction { try SilenceRows.silence(id, $0) }
    }

    package func openSilences(now: Date) async throws -> [Silence] {
        try await pipeline.transaction { try SilenceRows.open(at: now, $0) }
    }

    package func silenceCounts(now: Date) async throws -> [Silence.State: Int] {
        try await pipeline.transaction { try SilenceRows.counts(at: now, $0) }
    }

    package func create(_ draft: SilenceDraft, author: String, now: Date) async throws -> Silence {
        let silence = try await change(unless: { session in
            AdvisoryLock.silences.take(session)
            return try SilenceRows.written(draft, author: author, at: now, session)
        }) { session, _ in
            AdvisoryLock.silences.take(session)
            return try SilenceRows.insert(draft, author: author, now: now, session)
        }
        signals.timers.send()
        signals.silences.send()
        return silence
    }

    package func edit(
        _ id: String,
        to draft: SilenceDraft,
        author: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> SilenceEdit {
        let edit = try await change(unless: { session -> SilenceEdit? in
            AdvisoryLock.silences.take(session)
            guard let silence = try SilenceRows.locked(id, session), silence.updatedAt == now.wholeSeconds else {
                return nil
            }
            if silence.edited(draft, at: now) == silence { return .inPlace(silence) }
            let new = try SilenceRows.written(draft, author: author, at: now, session)
            return new.map { .replaced(old: silence, new: $0) }
        }) { session, _ -> SilenceEdit in
            AdvisoryLock.silences.take(session)
            guard let silence = try SilenceRows.locked(id, session) else { throw SilenceRefusal.unknown }
            guard isExpected(silence) else { throw SilenceRefusal.changed }
            if let edited = silence.edited(draft, at: now) {
                SilenceRows.update(edited, now: now, session)
                return .inPlace(edited)
            }
            let old = silence.expired(at: now)
            SilenceRows.update(old, now: now, session)
            return .replaced(old: old, new: try SilenceRows.insert(draft, author: author, now: now, session))
        }
        signals.timers.send()
        signals.silences.send()
        return edit
    }

    package func expire(
        _ id: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> Silence {
        let silence = try await change { session, _ -> Silence in
            guard let silence = try SilenceRows.locked(id, session) else { throw SilenceRefusal.unknown }
            guard silence.state(at: now) != .expired else { return silence }
            guard isExpected(silence) else { throw SilenceRefusal.changed }
            let expired = silence.expired(at: now)
            SilenceRows.update(expired, now: now, session)
            return expired
        }
        signals.timers.send()
        signals.silences.send()
        return silence
    }
}
