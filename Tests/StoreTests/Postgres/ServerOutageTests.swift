import Foundation
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

@testable import PostgresStore

@Suite("A PostgreSQL server goes away", .timeLimit(.minutes(15)))
struct ServerOutageTests {
    /// What senders were told.
    private struct Told: Sendable {
        var accepted: [(position: Int64, body: String)] = []
        var refused: [any Error] = []
        var longest = Duration.zero
    }

    private final class Flag: Sendable {
        private let state = Atomic<Bool>(false)

        var isUp: Bool { state.load(ordering: .acquiring) }

        func raise() { state.store(true, ordering: .releasing) }
    }

    /// The same while it is being told.
    private final class Telling: Sendable {
        private let told = Mutex(Told())

        var acceptedCount: Int { told.withLock { $0.accepted.count } }
        var refusedCount: Int { told.withLock { $0.refused.count } }

        func withLock<Value: Sendable>(_ body: (inout Told) -> Value) -> Value { told.withLock { body(&$0) } }
    }

    private static func options(_ schema: String) -> PostgresStoreOptions {
        PostgresStoreOptions(schema: schema, burial: 1.6, intakePatience: .seconds(1))
    }

    /// Has the stores take requests, and live beside each other, while the body does something to their server.
    private func underLoad(_ stores: [PostgresStore], _ body: (Telling) async throws -> Void) async throws -> Told {
        let told = Telling()
        let isOver = Flag()
        try await withThrowingTaskGroup { group in
            for (place, store) in stores.enumerated() {
                group.addTask {
                    while isOver.isUp == false {
                        await store.membership.beat()
                        await store.examine()
                        try await ContinuousClock().sleep(for: .milliseconds(100))
                    }
                }
                for sender in 0..<4 {
                    group.addTask {
                        var number = 0
                        while isOver.isUp == false {
                            number += 1
                            let body = "\(place) \(sender) \(number)"
                            let begun = ContinuousClock.now
                            do {
                                let position = try await store.accept(PostgresTest.request(body))
                                told.withLock { $0.accepted.append((position, body)) }
                            } catch {
                                told.withLock { $0.refused.append(error) }
                                // As a sender that is told to come again, and not at once.
                                try await ContinuousClock().sleep(for: .milliseconds(20))
                            }
                            let took = begun.duration(to: .now)
                            told.withLock { $0.longest = max($0.longest, took) }
                        }
                    }
                }
            }
            do { try await body(told) } catch {
                isOver.raise()
                throw error
            }
            isOver.raise()
            try await group.waitForAll()
        }
        return told.withLock { $0 }
    }

    /// Waits until so many more requests than now are accepted.
    private func accepted(_ count: Int, _ told: Telling) async throws {
        let goal = told.acceptedCount + count
        while told.acceptedCount < goal { try await ContinuousClock().sleep(for: .milliseconds(10)) }
    }

    private func refused(_ told: Telling) async throws {
        let goal = told.refusedCount + 12
        while told.refusedCount < goal { try await ContinuousClock().sleep(for: .milliseconds(10)) }
    }

    /// Every request that was accepted is there under its position, none is there twice, and no stream has a hole.
    private func expectWhole(_ told: Told, _ address: String, _ schema: String) throws {
        let rows = try PostgresTest.session(address, schema).transaction { session in
            try session.all("SELECT stream, sequence, convert_from(body, 'UTF8') FROM journal") { row in
                (stream: try row.integer(0), sequence: try row.integer(1), body: try row.text(2))
            }
        }
        let kept = Dictionary(rows.map { (JournalCursor.position(stream: $0.stream, sequence: $0.sequence), $0.body) })
        {
            first,
            _ in first
        }
        let lost = told.accepted.filter { kept[$0.position] != $0.body }
        #expect(lost.isEmpty, "\(lost.prefix(3))")
        #expect(Set(rows.map(\.body)).count == rows.count, "an entry is there twice")
        for (stream, entries) in Dictionary(grouping: rows, by: \.stream) {
            #expect(entries.map(\.sequence).max() == Int64(entries.count), "stream \(stream) has a hole")
        }
    }

    private func expectRefusals(_ told: Told) {
        for error in told.refused {
            guard case .unwritable = error as? IntakeError else {
                Issue.record("\(error)")
                continue
            }
        }
        // A sender's patience is one second; the rest is for a machine that runs every other test meanwhile.
        #expect(told.longest < .seconds(10), "\(told.longest)")
    }

    @Test(
        "stopped and started under three nodes, nothing accepted is lost and nobody is buried",
        arguments: [PostgresServer.Command.stop, .crash]
    )
    func outage(ending: PostgresServer.Command) async throws {
        let server = try PostgresServer()
        let schema = PostgresTest.schema()
        let options = Self.options(schema)
        try await PostgresTest.with(server.address, options) { first in
            try await PostgresTest.with(server.address, options) { second in
                try await PostgresTest.with(server.address, options) { third in
                    let stores = [first, second, third]
                    let nodes = stores.map(\.membership.node)
                    let told = try await underLoad(stores) { told in
                        try await accepted(200, told)
                        for _ in 0..<2 {
                            try server.run(ending)
                            try await refused(told)
                            // Longer than a node may be unheard.
                            try await ContinuousClock().sleep(for: .seconds(2))
                            try server.run(.start)
                            try await accepted(200, told)
                        }
                    }
                    expectRefusals(told)
                    #expect(told.refused.isEmpty == false)
                    try expectWhole(told, server.address, schema)
                    #expect(stores.map(\.membership.node) == nodes)
                    #expect(stores.map(\.health.trouble) == [nil, nil, nil])
                }
            }
        }
    }

    enum Ending: String, Sendable, CaseIterable {
        case crashed
        /// The old primary goes on, and takes no writes.
        case readOnly
    }

    @Test("a standby takes over, and what was accepted is there", arguments: Ending.allCases)
    func failover(ending: Ending) async throws {
        let primary = try PostgresServer()
        let standby = try PostgresServer(standbyOf: primary)
        try primary.append("synchronous_standby_names = '*'")
        try primary.run(.reload)
        let schema = PostgresTest.schema()
        let address = "host=\(primary.directory),\(standby.directory) user=noroshi dbname=postgres"
        try await PostgresTest.with(address, Self.options(schema)) { store in
            let told = try await underLoad([store]) { told in
                try await accepted(200, told)
                // Every connection that only asks is open, and leads to the old one.
                for _ in 0..<2 { _ = try await store.totals() }
                _ = try await store.unapplied(after: nil, limit: 1, byteLimit: 1)
                switch ending {
                case .crashed: try primary.run(.crash)
                case .readOnly:
                    try primary.append("default_transaction_read_only = on")
                    try primary.run(.reload)
                }
                try await refused(told)
                try standby.run(.promote)
                try await accepted(200, told)
            }
            expectRefusals(told)
            try expectWhole(told, standby.address, schema)
            #expect(store.health.trouble == nil)
            // Whoever only asks has left the old one as well, which would answer for ever with what it knew.
            #expect(try await store.totals().received >= told.accepted.count)
            let newest = try #require(told.accepted.map(\.position).max())
            let entries = try await store.unapplied(after: nil, limit: 1_000_000, byteLimit: 1 << 30)
            #expect(entries.contains { $0.position == newest })
        }
    }
}
