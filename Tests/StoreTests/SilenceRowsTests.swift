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

    @Test("what ended by a clock that was ahead ends again once the clock has come back")
    func clockCameBack() async throws {
        try await withStore { store in
            for end in [100.0, 1_000] {
                _ = try await store.create(.example(endsAt: .t(end)), author: "api:a", now: .t(0))
            }
            #expect(try await ended(store, at: .t(3_600)) == ["s1", "s2"])
            try await store.moveMoments(by: -3_400, now: .t(200))
            #expect(try await nextEnd(store) == .t(1_000))
            #expect(try await store.ask { try SilenceRows.end(of: "s2", $0) } == .t(1_000))
            #expect(try await ended(store, at: .t(1_000)) == ["s2"])
        }
    }

    @Test("one that cannot be read is named at the start and left out, and the others are in force")
    func unreadable() async throws {
        try await TemporaryDirectory.with { directory in
            let before = try SQLiteStore(directory: directory, options: .small)
            for end in [300.0, 100, 200] {
                _ = try await before.create(.example(endsAt: .t(end)), author: "api:a", now: .t(0))
            }
            try await before.writer.write(.short) { db, _ in
                try db.run("UPDATE silences SET matchers = '{{' WHERE id = 's2'", [])
            }
            try await before.close()
            let store = try SQLiteStore(directory: directory, options: .small)
            #expect(store.openingWarnings.contains { $0.contains("the silence s2 cannot be read") })
            #expect(try await store.openSilences(now: .t(1)).map(\.id) == ["s1", "s3"])
            #expect(try await store.silences(nil, now: .t(1), page: Page()).items.map(\.id) == ["s3", "s1"])
            try await store.close()
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
