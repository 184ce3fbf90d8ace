import Findings
import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

@Suite("SQLite: one row that cannot be read, and the others")
struct UnreadableRowsTests {
    private func change(_ store: OpenStore, _ sql: String) async throws {
        let sqlite = try #require(store.roles as? SQLiteStore)
        try await sqlite.writer.connection.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    @Test(
        "a message that cannot be read is dead with the reason, and the others are given out",
        arguments: [
            "UPDATE notifications SET transition = 'zzz' WHERE number = 1",
            "UPDATE notifications SET severity = 'very', count = x'00' WHERE number = 1",
            "UPDATE observations SET content = 'garbage' WHERE number = 1",
            "UPDATE observations SET content = x'00ff' WHERE number = 1", "DELETE FROM observations WHERE number = 1",
        ]
    )
    func outbox(sql: String) async throws {
        try await OpenStore.with(.sqlite) { store in
            let ids = try await store.queue(3)
            try await change(store, sql)
            #expect(try await store.claim().map(\.id) == Array(ids.dropFirst()))
            let sqlite = try #require(store.roles as? SQLiteStore)
            let row = try await sqlite.ask { db in
                try db.first("SELECT state, attempts, dead_reason FROM notifications WHERE number = 1") {
                    (state: try $0.count(0), attempts: try $0.count(1), reason: try $0.text(2))
                }
            }
            #expect(row?.state == 3 && row?.attempts == 0)
            #expect(row?.reason.contains("its row cannot be read") == true)
            #expect(row?.reason.contains("noroshi check --data") == true)
            #expect(try await store.roles.totals().dead == 1)
            try await store.expectBalance()
            #expect(try await store.claim().isEmpty)
        }
    }

    @Test(
        "a group that cannot be read is left out and known as damage, and the others are told",
        arguments: [
            "UPDATE alert_groups SET labels = '{{' WHERE number = 1",
            "UPDATE alert_groups SET created_at = 'then' WHERE number = 1",
            "UPDATE waiting_items SET severity = 99 WHERE number = 1",
            "UPDATE observations SET content = 'garbage' WHERE number = 1",
        ]
    )
    func groups(sql: String) async throws {
        let rules = """
            {"version": 1, "destinations": {"chat": {"type": "slack", "url": {"env": "U"}}},
             "rules": [{"name": "r", "when": {}, "send": ["chat"], "group": {"by": ["account"], "wait": "2m"}}]}
            """
        let table = RoutingTable(try RouteDocument.parse(Array(rules.utf8), file: "r").document, version: 1)
        let silences = SilenceTable([], for: table)
        try await OpenStore.with(.sqlite) { store in
            _ = try await store.roles.fire(now: .t(0), table: table, silences: silences)
            for account in ["111111111111", "222222222222"] {
                var finding = Finding.example(key: account)
                finding.account = account
                try await store.take(
                    [(finding, try table.decide(Observation(finding: finding, event: JSONDocument.parse("{}"))))],
                    at: .t(0)
                )
            }
            try await change(store, sql)
            while try await store.roles.fire(now: .t(121), table: table, silences: silences) {}
            #expect(try await store.claim(at: .t(121)).count == 1)
            let sqlite = try #require(store.roles as? SQLiteStore)
            #expect(sqlite.health.damage?.contains("group 1 cannot be told") == true)
            // It is not due again and again.
            #expect(try await store.roles.nextTimer() == nil)
        }
    }

    @Test("a place of applied entries behind the end of the journal is taken back, and what comes later is decided")
    func appliedAhead() async throws {
        try await TemporaryDirectory.with { directory in
            let before = try SQLiteStore(directory: directory, options: .small)
            for _ in 0..<2 { _ = try await before.accept(.plain) }
            try await before.writer.write(.short) { db, _ in
                try db.run("UPDATE totals SET value = 66 WHERE name = 'applied_position'", [])
            }
            try await before.close()
            let store = try SQLiteStore(directory: directory, options: .small)
            #expect(store.openingWarnings.contains { $0.contains("the journal ends at 2") })
            #expect(try await store.accept(.plain) == 3)
            #expect(try await store.unapplied(after: nil, limit: 5, byteLimit: .max).map(\.position) == [3])
            try await store.close()
        }
    }
}
