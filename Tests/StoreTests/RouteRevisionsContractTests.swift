import FoundationEssentials
import SQLiteStore
import Store
import Testing

@Suite("Route revisions")
struct RouteRevisionsContractTests {
    @Test("every activated text is a numbered version with its hash, author and time", arguments: Backend.available)
    func activate(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            #expect(try await store.roles.activeRevision() == nil)
            let first = try await store.roles.activate(Array("abc".utf8), Activation(author: "file"), now: .t(1))
            #expect(
                first
                    == RouteRevision(
                        version: 1,
                        // FIPS 180-4, the example "abc" of SHA-256.
                        hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                        author: "file",
                        activatedAt: .t(1)
                    )
            )
            let second = try await store.roles.activate(Array("{}".utf8), Activation(author: "signal"), now: .t(2))
            #expect(second.version == 2 && second.author == "signal")
            try await store.restart { store in
                #expect(try await store.roles.activeRevision() == second)
                let found = try #require(try await store.roles.revision(1))
                #expect(found.revision == first && found.text == Array("abc".utf8))
                #expect(try await store.roles.revision(3) == nil)
            }
        }
    }

    @Test("the active text again is no new version, an earlier one is", arguments: Backend.available)
    func again(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var versions: [Int] = []
            for text in ["a", "a", "b", "a"] {
                versions.append(try await store.roles.activate(Array(text.utf8), Activation(author: "file"), now: .t(1)).version)
            }
            #expect(versions == [1, 1, 2, 3])
            let first = try await store.roles.revisions(page: Page(limit: 2))
            #expect(first.items.map(\.version) == [3, 2])
            let last = try await store.roles.revisions(page: Page(limit: 2, cursor: first.next))
            #expect(last.items.map(\.version) == [1] && last.next == nil)
        }
    }

    @Test("activations at once get a version each", arguments: Backend.available)
    func concurrent(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let versions = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...20 {
                    group.addTask {
                        try await store.roles.activate(Array("\(number)".utf8), Activation(author: "api"), now: .t(1)).version
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(versions.sorted() == Array(1...20))
        }
    }

    @Test("a text is kept once, however often it is put in force again")
    func once() async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory)
            let texts = (0..<2).map { [UInt8](repeating: UInt8(ascii: "a") + UInt8($0), count: 1 << 20) }
            for turn in 0..<30 {
                _ = try await store.activate(texts[turn % 2], Activation(author: "file"), now: .t(Double(turn)))
            }
            #expect(try await store.revision(1)?.text == texts[0])
            #expect(try await store.revision(30)?.text == texts[1])
            try await store.close()
            let size = try FileManager.default.attributesOfItem(atPath: directory + "/noroshi.sqlite")[.size] as? UInt64
            #expect(try #require(size) < 6 << 20)
        }
    }

    @Test("texts that were in force longest ago go when all of them weigh too much", arguments: Backend.available)
    func bounded(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for number in 0..<20 {
                let text = [UInt8](repeating: UInt8(ascii: "a") + UInt8(number), count: 1 << 20)
                _ = try await store.roles.activate(text, Activation(author: "file"), now: .t(1))
            }
            #expect(try await store.roles.revision(1) == nil)
            #expect(try await store.roles.revision(5)?.text.count == 1 << 20)
            #expect(try await store.roles.revisions(page: Page()).items.count == 20)
            let huge = [UInt8](repeating: UInt8(ascii: "z"), count: 17 << 20)
            _ = try await store.roles.activate(huge, Activation(author: "file"), now: .t(1))
            #expect(try await store.roles.revision(21)?.text == huge)
            #expect(try await store.roles.revision(20) == nil)
        }
    }

    @Test("texts that have not been in force for long are pruned, the active one never", arguments: Backend.available)
    func pruned(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (text, second) in [("a", 1.0), ("b", 2), ("a", 3), ("c", 4)] {
                _ = try await store.roles.activate(Array(text.utf8), Activation(author: "file"), now: .t(second))
            }
            try await store.roles.prune(before: .t(3.5))
            // `b` was in force until 3, `a` until 4.
            #expect(try await store.roles.revision(2) == nil)
            #expect(try await store.roles.revision(1)?.text == Array("a".utf8))
            try await store.roles.prune(before: .t(1_000))
            #expect(try await store.roles.revision(3) == nil)
            #expect(try await store.roles.revision(4)?.text == Array("c".utf8))
        }
    }
}
