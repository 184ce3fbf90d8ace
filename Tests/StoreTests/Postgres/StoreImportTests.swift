import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import SQLiteStore
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("Moving a data directory into a database")
struct StoreImportTests {
    /// A directory in which something of each kind is stored.
    private func fill(_ store: OpenStore) async throws {
        let ids = try await store.queue(6)
        _ = try await store.queue(2, to: .routed(to: ["mail"]), severity: .critical, prefix: "urgent\u{0}\u{F0000}")
        try await store.take([(.example(key: "quiet"), .unrouted)], at: .t(5), redeliveryKey: "event-1")
        let claimed = try await store.claim(limit: 3, at: .t(10))
        try await store.roles.settle([
            Settlement(claimed[0], .delivered, at: .t(11)),
            Settlement(claimed[1], .dead(reason: "no", rendered: "{}", fallback: nil), errorClass: "refused_message"),
        ])
        try #require(claimed[2].id == ids[2])
        try await store.accept(2, at: .t(20), body: "[1,2]")
        _ = try await store.roles.accept(
            IntakeRequest(
                receivedAt: .t(21),
                source: "token",
                requestID: "r",
                body: [],
                observations: 0,
                quarantine: [QuarantinedItem(reason: "not JSON", bytes: [0, 1, 255], key: "k")]
            )
        )
        _ = try await store.roles.create(
            try SilenceDraft.example(when: #"{"account": "1"}"#, owner: "a", reason: "b", endsAt: .t(9_999)),
            author: "api:a",
            now: .t(22)
        )
        for (second, text) in [(23, "{}"), (24, #"{"version": 1}"#)] {
            _ = try await store.roles.activate(
                Array(text.utf8),
                Activation(author: "file", audit: AuditEntry(actor: "a", action: "routes.publish", subject: "v")),
                now: .t(Double(second))
            )
        }
        _ = try await store.roles.createDraft(
            of: "anna",
            RouteDraft.Content(base: 2, text: [1], buffer: [2]),
            now: .t(25)
        )
        try await store.roles.save([LaneRecord(lane: "l", failures: 2, notBefore: .t(30), paidUntil: .t(31))])
        try await store.roles.save(
            DestinationPause(destination: "chat", reason: "quiet", author: "api:a", pausedAt: .t(26))
        )
    }

    /// Everything that can be asked of a store, as text.
    private func picture(_ roles: any EveryRole & JournalArchive & SetAsideEntries) async throws -> [String] {
        let page = Page(limit: 500)
        let findings = try await roles.findings(FindingFilter(), page: page).items
        let notifications = try await roles.notifications(NotificationFilter(), page: page).items
        var lines = findings.map { "\($0)" } + notifications.map { "\($0)" }
        for finding in findings { lines.append("\(String(describing: try await roles.finding(finding.id)))") }
        for one in notifications { lines.append("\(String(describing: try await roles.notification(one.id)))") }
        var totals = try await roles.totals()
        // Nobody reads which counters were never written.
        totals.held = totals.held.filter { $0.value != 0 }
        lines.append("\(totals)")
        lines += try await roles.waiting(WaitingFilter(), page: page).items.map { "\($0)" }
        lines += try await roles.quarantine(page: page).items.map { "\($0)" }
        lines += try await roles.silences(nil, now: .t(50), page: page).items.map { "\($0)" }
        lines += try await roles.revisions(page: page).items.map { "\($0)" }
        lines.append("\(String(describing: try await roles.revision(2)?.text))")
        lines += try await roles.drafts().map { "\($0)" }
        lines += try await roles.audit(AuditFilter(), page: page).items.map { "\($0)" }
        lines += try await roles.laneRecords().map { "\($0)" }
        lines += try await roles.pauses().map { "\($0)" }
        lines += try await roles.unapplied(after: nil, limit: 100, byteLimit: .max).map { "\($0)" }
        lines.append("\(String(describing: try await roles.journalEntry(at: 1)))")
        lines += try await roles.backlog().map { "\($0)" }
        lines.append("\(try await roles.fates(FateQuestion(.all, since: .t(-86_400), bucketHours: 24, limit: 10)))")
        return lines
    }

    @Test("what is moved is all there, goes on under the same numbers, and is moved into an empty database alone")
    func moved() async throws {
        let address = DatabaseAddress { try PostgresServer.shared().address }
        let schema = "import" + UUID().uuidString.prefix(8).lowercased()
        try await OpenStore.with(.sqlite) { store in
            try await fill(store)
            try await store.close()
            let source = try SQLiteStore(
                directory: store.directory,
                options: SQLiteStoreOptions(reserveBytes: 4096, logBytes: 0)
            )
            let wanted = try await picture(source)
            let numbers = StoreImport.Numbers(
                groups: try source.numbersGiven(in: "alert_groups"),
                items: try source.numbersGiven(in: "waiting_items")
            )
            let moved = try await StoreImport.run(from: source, numbers: numbers, to: address, schema: schema)
            #expect(moved.total > 40)
            // As somebody does who was not told that it was done.
            let again = try await StoreImport.run(from: source, numbers: numbers, to: address, schema: schema)
            #expect(again.rows.map { "\($0)" } == moved.rows.map { "\($0)" })
            // One cell is enough for another directory.
            let session = try PostgresTest.session(PostgresServer.shared().address, schema)
            try session.script("UPDATE \"\(schema)\".findings SET title = 'x' || title WHERE number = 1")
            await #expect(throws: ImportRefusal.notEmpty) {
                try await StoreImport.run(from: source, numbers: numbers, to: address, schema: schema)
            }
            try session.script("UPDATE \"\(schema)\".findings SET title = substr(title, 2) WHERE number = 1")
            let database = try await PostgresStore(address, PostgresStoreOptions(schema: schema))
            let found = try await picture(database)
            #expect(found.count == wanted.count)
            for (found, wanted) in zip(found, wanted) { #expect(found == wanted) }
            await #expect(throws: ImportRefusal.notEmpty) {
                try await StoreImport.run(from: source, numbers: numbers, to: address, schema: schema)
            }

            // And it goes on as the other would have.
            let recovered = try await database.recover(now: .t(60))
            let recoveredBefore = try await source.recover(now: .t(60))
            #expect(recovered == 1 && recoveredBefore == 1)
            for roles in [source, database] as [any EveryRole] {
                let first = DecidedEntry(position: 10, receivedAt: .t(20), [(.example(key: "new"), .routed())])
                try await roles.apply([first], now: .t(61))
            }
            let later = try await database.notifications(NotificationFilter(), page: Page(limit: 1)).items.first
            let other = try await source.notifications(NotificationFilter(), page: Page(limit: 1)).items.first
            // But for the digits of chance at its end.
            #expect(later?.id.prefix(24) == other?.id.prefix(24) && later?.state == .pending)
            try await database.close()
            try await source.close()
        }
    }

    /// Moves a small store with a connection that is cut, tells what somebody saw, and what is there after a second time.
    private static func move(
        _ source: SQLiteStore,
        cutting number: Int?,
        losing loss: CuttingProxy.Loss,
        through proxy: CuttingProxy
    ) async throws -> (failure: (any Error)?, requests: Int, rows: [String]) {
        let schema = PostgresTest.schema()
        let numbers = StoreImport.Numbers(groups: 0, items: 0)
        let address = DatabaseAddress { proxy.address }
        proxy.cut(at: number, losing: loss)
        var failure: (any Error)?
        do {
            _ = try await StoreImport.run(from: source, numbers: numbers, to: address, schema: schema)
        } catch {
            failure = error
        }
        let requests = proxy.count
        let again = try await StoreImport.run(from: source, numbers: numbers, to: address, schema: schema)
        return (failure, requests, again.rows.map { "\($0)" })
    }

    @Test(
        "wherever the connection is cut, it can be moved again, and is there once",
        arguments: CuttingProxy.Loss.allCases
    )
    func cut(loss: CuttingProxy.Loss) async throws {
        try await OpenStore.with(.sqlite) { store in
            try await fill(store)
            try await store.close()
            let source = try SQLiteStore(
                directory: store.directory,
                options: SQLiteStoreOptions(reserveBytes: 4096, logBytes: 0)
            )
            let proxy = try CuttingProxy(to: PostgresServer.shared())
            let whole = try await Self.move(source, cutting: nil, losing: loss, through: proxy)
            #expect(whole.failure == nil && whole.rows.count > 20)
            // The tables, the first rows, and everything from the last ones to the commit; in between all is one transaction.
            let last = whole.requests
            for number in Array(1...8) + Array(stride(from: 12, to: last - 3, by: 15)) + Array(last - 3...last) {
                let cut = try await Self.move(source, cutting: number, losing: loss, through: proxy)
                #expect(cut.rows == whole.rows, "request \(number)")
                // What became of the commit is found out without anybody's help.
                let says = cut.failure.map { "\($0)" } ?? ""
                #expect(says.isEmpty == (number == last), "request \(number): \(says)")
                #expect(says.isEmpty || says.hasPrefix("the database cannot be reached"), "\(says)")
            }
            try await source.close()
        }
    }

    @Test("a directory that was moved is not served by mistake")
    func marked() async throws {
        try await OpenStore.with(.sqlite) { store in
            try await store.close()
            try MovedDirectory.mark(store.directory)
            let error = #expect(throws: DataDirectoryError.self) { try SQLiteStore(directory: store.directory) }
            #expect(error?.description.contains("moved into a database") == true)
        }
    }
}
