import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

@Suite("The ends of silences in SQLite")
struct SilenceRowsTests {
    private func nextEnd(_ store: SQLiteStore) async throws -> Date? {
        try await store.ask { try SilenceRows.nextEnd($0) }
    }

    /// Takes the silences that have ended, in the order in which triage gets them.
    private func ended(_ store: SQLiteStore, at now: Date) async throws -> [String] {
        try await store.writer.write(.long) { db, _ in
            var ids: [String] = []
            while let silence = try SilenceRows.ended(now: now, db) {
                ids.append(silence.id)
                try SilenceRows.close(silence.id, db)
            }
            return ids
        }
    }

    @Test("each end is dealt with once, the earliest first, an early one too")
    func ends() async throws {
        try await withStore { store in
            #expect(try await nextEnd(store) == nil)
            for end in [300.0, 100, 200] {
                _ = try await store.create(.example(endsAt: .t(end)), author: "api:a", now: .t(0))
            }
            #expect(try await nextEnd(store) == .t(100))
            #expect(try await ended(store, at: .t(99)) == [])
            #expect(try await ended(store, at: .t(250)) == ["s2", "s3"])
            #expect(try await nextEnd(store) == .t(300))
            _ = try await store.expire("s1", now: .t(260)) { _ in true }
            #expect(try await nextEnd(store) == .t(260))
            #expect(try await ended(store, at: .t(260)) == ["s1"])
            #expect(try await nextEnd(store) == nil)
        }
    }

    @Test("whoever waits for timers is woken when a silence is created, changed or ended")
    func wakes() async throws {
        try await withStore { store in
            var wakes = store.timersChanged.makeAsyncIterator()
            _ = try await store.create(.example(endsAt: .t(100)), author: "api:a", now: .t(0))
            #expect(await wakes.next() != nil)
            _ = try await store.edit("s1", to: .example(endsAt: .t(200)), author: "api:a", now: .t(1)) { _ in true }
            #expect(await wakes.next() != nil)
            _ = try await store.expire("s1", now: .t(2)) { _ in true }
            #expect(await wakes.next() != nil)
        }
    }
}
