import Findings
import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

/// A data directory of version 0.1.0 in which several findings had one key, and so one row and one alert a destination.
@Suite("Of findings that shared a key in version 0.1.0")
struct SharedKeyTests {
    typealias Preloading = TriageTransaction.Preloading

    /// What was observed under the key, in its order, and where it opened an alert.
    private struct Seen {
        var finding: Finding
        var opened: [String] = []
        var isWaiting = false
        var isKept = true
    }

    private static func finding(
        _ account: String,
        status: String = "ACTIVE",
        updated: String? = nil,
        severity: String = "HIGH"
    ) throws -> Finding {
        let updated = updated.map { #""UpdatedAt":"\#($0)","# } ?? ""
        let text = """
            {"SchemaVersion":"2018-10-08","Id":"CVE-1","AwsAccountId":"\(account)",\(updated)
            "ProductArn":"arn:aws:securityhub:eu-west-1::product/acme/scanner","Title":"t",
            "Severity":{"Label":"\(severity)"},"Resources":[{"Type":"Other","Id":"img"}],
            "RecordState":"\(status)","Region":"eu-west-1"}
            """
        return try #require(try FindingDecoder().decode(Array(text.utf8)).observations.first).finding
    }

    /// Writes the one row, as the released schema has it.
    private static func write(_ seen: [Seen], to directory: String) throws {
        let queue = try DatabaseQueue(path: directory + "/noroshi.sqlite")
        try Schema.migrator().migrate(queue, upTo: "0005 what waits")
        let last = try #require(seen.last).finding
        let key = try #require(last.key.former)
        try queue.write { db in
            for (number, one) in zip(Int64(1)..., seen) {
                #expect(one.finding.key.former == key)
                let received = Date.t(-100 + Double(number)).stored
                var stored = one.finding
                stored.key = FindingKey(key)
                let outcomes = one.opened.map { #"["\#($0)","everything","opened",null,[]]"# }
                if one.isKept {
                    try db.execute(
                        sql: "INSERT INTO observations VALUES (?, 1, 0, ?, 4, 'ACTIVE', 1, 'routed', ?, ?)",
                        arguments: [
                            number, received, #"{"outcomes":[\#(outcomes.joined(separator: ","))]}"#,
                            stored.storedForm.text,
                        ]
                    )
                }
                for destination in one.opened {
                    try db.execute(
                        sql: """
                            INSERT INTO alerts(finding, destination, status, severity, notified_severity, observed_at,
                                first_seen_at, last_seen_at, count, opened_at, rule, version, announced, grp, waiting,
                                waiting_transition, waiting_severity)
                            VALUES (1, ?, 'ACTIVE', 4, ?, ?, ?, ?, 1, ?, 'everything', 1, ?, ?, ?, ?, ?)
                            """,
                        arguments: [
                            destination, one.isWaiting ? nil : 4, received, received, received, received,
                            one.isWaiting == false, one.isWaiting ? 1 : nil, one.isWaiting ? 1 : nil,
                            one.isWaiting ? "opened" : nil, one.isWaiting ? 4 : nil,
                        ]
                    )
                    guard one.isWaiting else { continue }
                    try db.execute(
                        sql: """
                            INSERT INTO alert_groups(number, name, kind, destination, rule, key, created_at, due_at,
                                next_at, told)
                            VALUES (1, ?, 'group', ?, 'everything', '', ?, ?, ?, 0);
                            INSERT INTO waiting_items(number, grp, kind, finding, observation, problem, destination,
                                rule, version, transition, severity, received_at, opened_at, first_seen_at, count, units)
                            VALUES (1, 1, 'group', 1, ?, 1, ?, 'everything', 1, 'opened', 4, ?, ?, ?, 1, 1);
                            """,
                        arguments: [
                            Data([1]), destination, received, Date.t(900).stored, Date.t(900).stored, number,
                            destination, received, received, received,
                        ]
                    )
                }
            }
            try db.execute(
                sql: """
                    INSERT INTO findings(number, hash, key, observation, observed_at, first_seen_at, last_seen_at,
                        observations, severity, status, kind, disposition, account, region, title)
                    VALUES (1, ?, ?, ?, ?, ?, ?, ?, 4, 'ACTIVE', ?, 'routed', ?, 'eu-west-1', 't')
                    """,
                arguments: [
                    Fingerprint.word(of: key), key, seen.count,
                    last.observedAt(receivedAt: .t(-100 + Double(seen.count))).stored, Date.t(-99).stored,
                    Date.t(-100 + Double(seen.count)).stored, seen.count, last.kind.rawValue, last.account,
                ]
            )
        }
        try queue.close()
    }

    private func with(
        _ seen: [Seen],
        _ preloading: Preloading = .everything,
        _ body: (SQLiteStore) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try SharedKeyTests.write(seen, to: directory)
            try await SQLiteStore.with(directory, preloading, body)
        }
    }

    /// What becomes of findings that arrive one by one, or all in one batch: `refreshed`, or `opened told` with a message.
    private func outcomes(
        _ findings: [Finding],
        _ destination: String = "chat",
        inOneBatch: Bool = false,
        of store: SQLiteStore
    ) async throws -> [String] {
        var entries: [DecidedEntry] = []
        for finding in findings {
            let position = try await store.accept(.plain)
            entries.append(.init(position: position, receivedAt: .t(0), [(finding, .routed(to: [destination]))]))
            if inOneBatch == false { _ = try await store.apply(entries.suffix(1), now: .t(0)) }
        }
        if inOneBatch { _ = try await store.apply(entries, now: .t(0)) }
        var found: [String] = []
        for finding in findings {
            let record = try #require(try await store.finding(finding.key.rawValue)?.observations.last)
            found += record.outcomes.map { "\($0.transition)\($0.notifications.isEmpty ? "" : " told")" }
        }
        return found
    }

    @Test(
        "the alert stays with the one that it told of, and the other is told once, whichever comes first",
        arguments: Preloading.allCases,
        [false, true]
    )
    func told(preloading: Preloading, inOneBatch: Bool) async throws {
        let (told, other) = (try SharedKeyTests.finding("1"), try SharedKeyTests.finding("2"))
        let seen = [Seen(finding: told, opened: ["chat"]), Seen(finding: other)]
        for order in [[told, other], [other, told]] {
            try await with(seen, preloading) { store in
                let first = try await outcomes(order, inOneBatch: inOneBatch, of: store)
                #expect(first == order.map { $0.account == "1" ? "refreshed" : "opened told" })
                #expect(try await outcomes(order, of: store) == ["refreshed", "refreshed"])
                let ends = try ["2", "1"].map { try SharedKeyTests.finding($0, status: "ARCHIVED") }
                #expect(try await outcomes(ends, of: store) == ["resolved told", "resolved told"])
            }
        }
    }

    @Test("the end of the one that was told is told, also when the other was observed later by its source's date")
    func dates() async throws {
        let told = try SharedKeyTests.finding("1", updated: "2026-01-01T00:00:00Z")
        let other = try SharedKeyTests.finding("2", updated: "2026-01-03T00:00:00Z")
        try await with([Seen(finding: told, opened: ["chat"]), Seen(finding: other)]) { store in
            let end = try SharedKeyTests.finding("1", status: "ARCHIVED", updated: "2026-01-02T00:00:00Z")
            #expect(try await outcomes([end], of: store) == ["resolved told"])
            #expect(try await outcomes([other], of: store) == ["opened told"])
        }
    }

    @Test("each keeps the alert that told of it where one destination told of one and another of the other")
    func destinations() async throws {
        let (chat, mail) = (try SharedKeyTests.finding("1"), try SharedKeyTests.finding("2"))
        let seen = [Seen(finding: chat, opened: ["chat"]), Seen(finding: mail, opened: ["mail"])]
        for isChatFirst in [true, false] {
            try await with(seen) { store in
                let order = isChatFirst ? [(chat, "chat"), (mail, "mail")] : [(mail, "mail"), (chat, "chat")]
                for (finding, destination) in order {
                    #expect(try await outcomes([finding], destination, of: store) == ["refreshed"])
                }
                for (account, destination) in [("1", "chat"), ("2", "mail")] {
                    let end = try SharedKeyTests.finding(account, status: "ARCHIVED")
                    #expect(try await outcomes([end], destination, of: store) == ["resolved told"])
                }
                // Where it was never told, there is nothing that could end or go on.
                #expect(try await outcomes([chat], "mail", of: store) == ["opened told"])
            }
        }
    }

    @Test("what waits goes with the one that it will tell of", arguments: [true, false])
    func waiting(isWaitingFirst: Bool) async throws {
        let (chat, mail) = (try SharedKeyTests.finding("1"), try SharedKeyTests.finding("2"))
        let seen = [
            Seen(finding: chat, opened: ["chat"]), Seen(finding: mail, opened: ["mail"], isWaiting: true),
        ]
        try await with(seen) { store in
            if isWaitingFirst { #expect(try await outcomes([mail], "mail", of: store) == ["refreshed"]) }
            #expect(try await outcomes([chat], of: store) == ["refreshed"])
            if isWaitingFirst == false { #expect(try await outcomes([mail], "mail", of: store) == ["refreshed"]) }
            let end = try SharedKeyTests.finding("2", status: "ARCHIVED")
            #expect(try await outcomes([end], "mail", of: store) == ["resolved"])
            let states = try await store.writer.connection.read {
                try Int.fetchAll($0, sql: "SELECT state FROM waiting_items")
            }
            #expect(states == [2])
            #expect(
                try await outcomes([SharedKeyTests.finding("1", status: "ARCHIVED")], of: store) == ["resolved told"]
            )
        }
    }

    @Test("where it is not kept any more of whom the alert told, each is told once more, and no alert is left over")
    func pruned() async throws {
        let (told, other) = (try SharedKeyTests.finding("1"), try SharedKeyTests.finding("2"))
        let seen = [Seen(finding: told, opened: ["chat"], isKept: false), Seen(finding: other)]
        try await with(seen) { store in
            #expect(try await outcomes([other, told], of: store) == ["opened told", "opened told"])
            let open = try await store.writer.connection.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM alerts")
            }
            #expect(open == 2)
        }
        try await with(seen) { store in
            let end = try SharedKeyTests.finding("2", status: "ARCHIVED")
            #expect(try await outcomes([end], of: store) == ["resolved told"])
        }
        // Whose observations are all that is kept was alone.
        let alone = [seen[0], Seen(finding: told), Seen(finding: told)]
        try await with(alone) { store in
            let found = try await outcomes([told], of: store)
            #expect(found == ["refreshed"])
        }
    }

    @Test("one that is new to it all is new")
    func third() async throws {
        let (told, other) = (try SharedKeyTests.finding("1"), try SharedKeyTests.finding("2"))
        let seen = [Seen(finding: told, opened: ["chat"]), Seen(finding: other)]
        try await with(seen) { store in
            let arriving = [try SharedKeyTests.finding("3"), other, told]
            #expect(try await outcomes(arriving, of: store) == ["opened told", "opened told", "refreshed"])
        }
    }
}
