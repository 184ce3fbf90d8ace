import Foundation
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("The disk of a PostgreSQL server is full", .timeLimit(.minutes(15)))
struct FullDiskTests {
    /// A file system of a few bytes can be mounted by root alone, and not in every container.
    static let mayMount = PostgresServer.mayMount

    @Test(
        "in continuous integration no full disk is left out, unless NOROSHI_NO_MOUNT says that nothing may be mounted there",
        .enabled(if: isNeeded, "CI is not set, or NOROSHI_NO_MOUNT is")
    )
    func presence() {
        #expect(Self.mayMount, "a tmpfs cannot be mounted: run the tests as root where mount(2) is allowed")
    }

    private static let isNeeded: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return environment["CI"] != nil && environment["NOROSHI_NO_MOUNT"] == nil
    }()

    @Test(
        "requests are refused for want of room until there is some, and what was sent is settled meanwhile",
        .enabled(if: mayMount, "only root can mount a small file system, outside of some containers")
    )
    func full() async throws {
        let server = try PostgresServer(room: 64 << 20)
        let schema = PostgresTest.schema()
        try await PostgresTest.with(server.address, PostgresStoreOptions(schema: schema)) { store in
            let position = try await store.accept(PostgresTest.request("a", observations: 2))
            let entry = DecidedEntry(
                position: position,
                receivedAt: .t(0),
                [(.example(), .routed()), (.example(key: "other"), .routed())]
            )
            try await store.apply([entry], now: .t(1))
            let claimed = try await store.claim(destinations: ["chat"], limit: 2, by: nil, now: .t(2))
            #expect(claimed.count == 2)
            // What is written down next has a page to go to, as in every table that is in use.
            try await store.settle([Settlement(claimed[1], .delivered, at: .t(3))])
            await store.examine()
            #expect(store.health.trouble == nil)

            let filler = server.directory + "/data/filler"
            #expect(FileManager.default.createFile(atPath: filler, contents: nil))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: filler))
            let block = Data(repeating: 0, count: 4_096)
            #expect(throws: (any Error).self) { while true { try handle.write(contentsOf: block) } }
            try handle.close()

            // There is room in pages that are there; not for this one.
            let large = PostgresTest.request(
                String(decoding: (0..<200_000).map { _ in UInt8.random(in: 65...90) }, as: UTF8.self)
            )
            await #expect(throws: IntakeError.diskFull) { try await store.accept(large) }
            #expect(store.health.trouble?.kind == .diskFull)
            try await store.settle([Settlement(claimed[0], .delivered, at: .t(3))])
            // A small commit that succeeds, and a look, do not make it well.
            await store.examine()
            #expect(store.health.trouble?.kind == .diskFull)

            try FileManager.default.removeItem(atPath: filler)
            await store.examine()
            #expect(store.health.trouble == nil)
            _ = try await store.accept(large)
            let totals = try await store.totals()
            #expect(totals.received == 3 && totals.delivered == 2 && totals.isBalanced)
            let tables = try PostgresTest.session(server.address, schema).transaction {
                try $0.integer("SELECT count(*) FROM pg_class WHERE relname LIKE 'room%'")
            }
            #expect(tables == 0)
        }
    }
}
