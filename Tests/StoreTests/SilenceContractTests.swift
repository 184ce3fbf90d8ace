import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@Suite("Silences in the store")
struct SilenceContractTests {
    @Test("a silence comes back as it was written, after a restart too", arguments: Backend.everyPreloading)
    func create(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let when = #"{"account": ["@prod", "!111122223333"], "pattern": {"source": [{"prefix": "aws."}]}}"#
            let draft = try SilenceDraft.example(
                when: when,
                owner: "Ana Ñ",
                destinations: ["mail", "chat"],
                startsAt: .t(100),
                endsAt: .t(200),
                breaksOnRaise: false
            )
            let silence = try await store.roles.create(draft, author: "api:a", now: .t(0.5))
            #expect(silence == Silence(draft, id: "s1", author: "api:a", at: .t(0.5)))
            #expect(silence.destinations == ["chat", "mail"])
            let every = try await store.roles.create(.example(endsAt: .t(50)), author: "api:b", now: .t(1))
            #expect(every.id == "s2" && every.destinations == nil)
            try await store.restart { store in
                let found = try await store.roles.silence("s1")
                #expect(found == silence)
                #expect(found?.when.text == silence.when.text)
                #expect(try await store.roles.openSilences(now: .t(2)) == [silence, every])
                #expect(try await store.roles.openSilences(now: .t(50)) == [silence])
                #expect(try await store.roles.silence("s3") == nil)
            }
        }
    }

    @Test("silences are listed newest first, by their state at the time", arguments: Backend.everyPreloading)
    func list(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (start, end) in [(0, 10), (0, 100), (50, 100), (20, 30)] as [(Double, Double)] {
                let draft = try SilenceDraft.example(startsAt: .t(start), endsAt: .t(end))
                _ = try await store.roles.create(draft, author: "api:a", now: .t(0))
            }
            func ids(_ states: Set<Silence.State>?, _ page: Page = Page()) async throws -> [String] {
                try await store.roles.silences(states, now: .t(20), page: page).items.map(\.id)
            }
            #expect(try await ids(nil) == ["s4", "s3", "s2", "s1"])
            #expect(try await ids([.active]) == ["s4", "s2"])
            #expect(try await ids([.pending]) == ["s3"])
            #expect(try await ids([.expired]) == ["s1"])
            #expect(try await ids([.pending, .expired]) == ["s3", "s1"])
            let first = try await store.roles.silences(nil, now: .t(20), page: Page(limit: 3))
            #expect(first.items.map(\.id) == ["s4", "s3", "s2"])
            #expect(try await ids(nil, Page(limit: 3, cursor: first.next)) == ["s1"])
            await #expect(throws: InvalidCursor.self) { _ = try await ids(nil, Page(cursor: "n1")) }
            #expect(try await store.roles.silenceCounts(now: .t(20)) == [.pending: 1, .active: 2, .expired: 1])
        }
    }

    @Test("an edit is in place, or ends the silence and creates another", arguments: Backend.everyPreloading)
    func edit(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let first = try await store.roles.create(.example(endsAt: .t(100)), author: "api:a", now: .t(0))
            let inPlace = try await store.roles.edit(
                "s1",
                to: .example(owner: "Bo", endsAt: .t(300)),
                author: "api:b",
                now: .t(10)
            ) { $0.tag == first.tag }
            #expect(inPlace == .inPlace(try #require(try await store.roles.silence("s1"))))
            #expect(inPlace.silence.owner == "Bo" && inPlace.silence.createdBy == "api:a")
            await #expect(throws: SilenceRefusal.changed) {
                try await store.roles.edit("s1", to: .example(endsAt: .t(300)), author: "api:b", now: .t(11)) {
                    $0.tag == first.tag
                }
            }
            let other = try SilenceDraft.example(when: #"{"region": "us-*"}"#, endsAt: .t(400))
            let replaced = try await store.roles.edit("s1", to: other, author: "api:b", now: .t(20)) { _ in true }
            let old = try #require(try await store.roles.silence("s1"))
            let new = try #require(try await store.roles.silence("s2"))
            #expect(replaced == .replaced(old: old, new: new))
            #expect(old.state(at: .t(20)) == .expired && new.state(at: .t(20)) == .active)
            await #expect(throws: SilenceRefusal.unknown) {
                try await store.roles.edit("s9", to: other, author: "api:b", now: .t(20)) { _ in true }
            }
        }
    }

    @Test("ending a silence again changes nothing, whatever was expected", arguments: Backend.everyPreloading)
    func expire(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            _ = try await store.roles.create(.example(endsAt: .t(100)), author: "api:a", now: .t(0))
            await #expect(throws: SilenceRefusal.changed) {
                try await store.roles.expire("s1", now: .t(10)) { _ in false }
            }
            let ended = try await store.roles.expire("s1", now: .t(10)) { _ in true }
            #expect(ended.endsAt == .t(10))
            #expect(try await store.roles.expire("s1", now: .t(20)) { _ in false } == ended)
            #expect(try await store.roles.openSilences(now: .t(10)).isEmpty)
            await #expect(throws: SilenceRefusal.unknown) {
                try await store.roles.expire("s2", now: .t(10)) { _ in true }
            }
        }
    }

    @Test("there are only so many silences at once; those that are over do not count", arguments: Backend.available)
    func bounded(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let draft = try SilenceDraft.example(endsAt: .t(100))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Silence.mostOpen {
                    group.addTask { _ = try await store.roles.create(draft, author: "api:a", now: .t(0)) }
                }
                try await group.waitForAll()
            }
            await #expect(throws: SilenceRefusal.tooMany) {
                try await store.roles.create(draft, author: "api:a", now: .t(1))
            }
            // One that ends makes room for the one that stands in for it.
            let other = try SilenceDraft.example(when: #"{"region": "us-*"}"#, endsAt: .t(400))
            let edit = try await store.roles.edit("s1", to: other, author: "api:b", now: .t(2)) { _ in true }
            #expect(edit.silence.id == "s3e9")
            let later = try SilenceDraft.example(endsAt: .t(200))
            #expect(try await store.roles.create(later, author: "api:a", now: .t(100)).id == "s3ea")
        }
    }
}
