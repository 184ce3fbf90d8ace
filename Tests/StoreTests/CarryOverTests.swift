import Findings
import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

/// A data directory as version 0.1.0 left it: its schema ends with migration 0005, and its keys are made of less.
@Suite("What version 0.1.0 stored goes on")
struct CarryOverTests {
    typealias Preloading = TriageTransaction.Preloading

    private static let product = "arn:aws:securityhub:eu-west-1::product/acme/scanner"

    /// A finding as it arrives, of a scanner that gives the same id to every account.
    private static func asff(
        _ account: String,
        id: String = "CVE-1",
        resource: String = "img",
        state: String = "ACTIVE"
    )
        throws -> Finding
    {
        try finding(
            """
            {"SchemaVersion":"2018-10-08","Id":"\(id)","ProductArn":"\(product)","AwsAccountId":"\(account)",
            "Title":"t","Severity":{"Label":"HIGH"},"Resources":[{"Type":"Other","Id":"\(resource)"}],
            "RecordState":"\(state)","Region":"eu-west-1"}
            """
        )
    }

    private static func ocsf(_ name: String, account: String = "1", status: Int = 1) throws -> Finding {
        try finding(
            """
            {"class_uid":2002,"severity_id":4,"status_id":\(status),"finding_info":{"uid":"1001","title":"t"},
            "cloud":{"account":{"uid":"\(account)"}},"resources":[{"uid":"r"}],
            "metadata":{"version":"1.3.0","product":{"name":"\(name)","vendor_name":"V"}}}
            """
        )
    }

    private static func finding(_ text: String) throws -> Finding {
        try #require(try FindingDecoder().decode(Array(text.utf8)).observations.first).finding
    }

    /// Writes rows as the released schema has them: a finding under its former key, told to `chat` and, unless it stands
    /// alone there, waiting in a group of `mail`.
    private static func write(_ findings: [Finding], waiting: Bool, to directory: String) throws {
        let queue = try DatabaseQueue(path: directory + "/noroshi.sqlite")
        try Schema.migrator().migrate(queue, upTo: "0005 what waits")
        try queue.write { db in
            for (index, finding) in findings.enumerated() {
                let number = Int64(index + 1)
                var stored = finding
                stored.key = FindingKey(finding.key.former ?? finding.key.rawValue)
                try db.execute(
                    sql: """
                        INSERT INTO findings(number, hash, key, observation, observed_at, first_seen_at, last_seen_at,
                            observations, severity, status, kind, disposition, account, region, title)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 1, 4, 'ACTIVE', ?, 'routed', ?, 'eu-west-1', 't')
                        """,
                    arguments: [
                        number, Fingerprint.word(of: stored.key.rawValue), stored.key.rawValue, number,
                        Date.t(-100).stored, Date.t(-100).stored, Date.t(-100).stored, stored.kind.rawValue,
                        stored.account,
                    ]
                )
                try db.execute(
                    sql: "INSERT INTO observations VALUES (?, ?, 0, ?, 4, 'ACTIVE', 1, 'routed', '{}', ?)",
                    arguments: [number, number, Date.t(-100).stored, stored.storedForm.text]
                )
                try db.execute(
                    sql: """
                        INSERT INTO alerts(finding, destination, status, severity, notified_severity, observed_at,
                            first_seen_at, last_seen_at, count, opened_at, rule, version, announced)
                        VALUES (?, 'chat', 'ACTIVE', ?, ?, ?, ?, ?, 1, ?, 'everything', 1, 1)
                        """,
                    arguments: [
                        number, Int(finding.severity.rawValue), Int(finding.severity.rawValue), Date.t(-100).stored,
                        Date.t(-100).stored, Date.t(-100).stored, Date.t(-100).stored,
                    ]
                )
                guard waiting else { continue }
                try db.execute(
                    sql: """
                        INSERT INTO alert_groups(number, name, kind, destination, rule, key, created_at, due_at,
                            next_at, told)
                        VALUES (1, ?, 'group', 'mail', 'everything', '', ?, ?, ?, 0);
                        INSERT INTO waiting_items(number, grp, kind, finding, observation, problem, destination, rule,
                            version, transition, severity, received_at, opened_at, first_seen_at, count, units)
                        VALUES (1, 1, 'group', ?, ?, ?, 'mail', 'everything', 1, 'opened', ?, ?, ?, ?, 1, 1);
                        INSERT INTO alerts(finding, destination, status, severity, observed_at, first_seen_at,
                            last_seen_at, count, opened_at, rule, version, grp, waiting, waiting_transition,
                            waiting_severity)
                        VALUES (?, 'mail', 'ACTIVE', ?, ?, ?, ?, 1, ?, 'everything', 1, 1, 1, 'opened', ?);
                        """,
                    arguments: [
                        Data([1]), Date.t(-100).stored, Date.t(900).stored, Date.t(900).stored, number, number, number,
                        Int(finding.severity.rawValue), Date.t(-100).stored, Date.t(-100).stored, Date.t(-100).stored,
                        number, Int(finding.severity.rawValue), Date.t(-100).stored, Date.t(-100).stored,
                        Date.t(-100).stored, Date.t(-100).stored, Int(finding.severity.rawValue),
                    ]
                )
            }
        }
        try queue.close()
    }

    private func outcomes(_ findings: [Finding], _ destinations: [String] = ["chat"], in store: SQLiteStore)
        async throws
        -> [ObservationRecord.Outcome]
    {
        var outcomes: [ObservationRecord.Outcome] = []
        for finding in findings {
            let position = try await store.accept(.plain)
            let entry = DecidedEntry(position: position, receivedAt: .t(0), [(finding, .routed(to: destinations))])
            _ = try await store.apply([entry], now: .t(0))
            outcomes += try #require(try await store.finding(finding.key.rawValue)?.observations.last).outcomes
        }
        return outcomes
    }

    private func with(
        _ preloading: Preloading,
        _ stored: [Finding],
        waiting: Bool = false,
        _ body: (SQLiteStore) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try CarryOverTests.write(stored, waiting: waiting, to: directory)
            try await SQLiteStore.with(directory, preloading, body)
        }
    }

    @Test(
        "a stored alert is not announced again, and its end is told",
        arguments: Preloading.allCases
    )
    func goesOn(preloading: Preloading) async throws {
        let first = try CarryOverTests.asff("1")
        #expect(first.key.former != nil)
        try await with(preloading, [first]) { store in
            let found = try await outcomes([first, CarryOverTests.asff("1", state: "ARCHIVED")], in: store)
            #expect(found.map(\.transition) == [.refreshed, .resolved])
            #expect(found.map(\.held) == ["refreshed", nil])
            #expect(found[1].notifications.count == 1)
        }
    }

    @Test(
        "of accounts that shared a key, the stored alert stays with its own; the others' are new, and end by themselves",
        arguments: Preloading.allCases
    )
    func accounts(preloading: Preloading) async throws {
        let stored = try CarryOverTests.asff("2")
        try await with(preloading, [stored]) { store in
            let found = try await outcomes(
                [
                    CarryOverTests.asff("1"), CarryOverTests.asff("1", state: "ARCHIVED"), CarryOverTests.asff("2"),
                    CarryOverTests.asff("2", resource: "other"), CarryOverTests.asff("2", state: "ARCHIVED"),
                ],
                in: store
            )
            #expect(found.map(\.transition) == [.opened, .resolved, .refreshed, .opened, .resolved])
        }
    }

    @Test(
        "of products that shared a bare uid, the stored alert stays with its own",
        arguments: Preloading.allCases
    )
    func products(preloading: Preloading) async throws {
        try await with(preloading, [CarryOverTests.ocsf("A")]) { store in
            let found = try await outcomes(
                [
                    CarryOverTests.ocsf("B"), CarryOverTests.ocsf("A", account: "2"), CarryOverTests.ocsf("A"),
                    CarryOverTests.ocsf("A", status: 4),
                ],
                in: store
            )
            #expect(found.map(\.transition) == [.opened, .opened, .refreshed, .resolved])
        }
    }

    private static func falco(_ account: String) throws -> Finding {
        let alert = #"{"rule":"Shell","priority":"Critical","output":"o","hostname":"n"}"#
        return try finding(
            JSONValue.object([
                .init("messageType", "DATA_MESSAGE"), .init("owner", .string(account)), .init("logGroup", "falco"),
                .init("logStream", "s"), .init("logEvents", [["id": "1", "message": .string(alert)]]),
            ]).text
        )
    }

    private static func scan(_ region: String) throws -> Finding {
        try finding(
            """
            {"detail-type":"ECR Image Scan","source":"aws.ecr","account":"1","region":"\(region)","detail":{
            "scan-status":"COMPLETE","repository-name":"shop","image-digest":"d","finding-severity-counts":{"HIGH":1}}}
            """
        )
    }

    private static func advice(_ region: String) throws -> Finding {
        try finding(
            """
            {"detail-type":"Trusted Advisor Check Item Refresh Notification","source":"aws.trustedadvisor","account":"1",
            "region":"us-east-1","detail":{"check-name":"Idle","check-item-detail":{"Region":"\(region)"},
            "status":"ERROR","resource_id":"db","uuid":"u"}}
            """
        )
    }

    @Test("of namesakes in two accounts or Regions that shared a key, the stored alert stays with its own")
    func namesakes() async throws {
        for (stored, other) in [
            (try CarryOverTests.falco("1"), try CarryOverTests.falco("2")),
            (try CarryOverTests.scan("eu-west-1"), try CarryOverTests.scan("eu-west-2")),
            (try CarryOverTests.advice("eu-west-1"), try CarryOverTests.advice("eu-west-2")),
        ] {
            #expect(stored.key.former == other.key.former)
            try await with(.everything, [stored]) { store in
                let found = try await outcomes([other, stored], in: store)
                #expect(found.map(\.transition) == [.opened, .refreshed], "\(stored.key)")
            }
        }
    }

    @Test(
        "what waits in a group goes on waiting, and is taken back when the problem ends before it was told",
        arguments: Preloading.allCases
    )
    func waiting(preloading: Preloading) async throws {
        let stored = try CarryOverTests.asff("1")
        try await with(preloading, [stored], waiting: true) { store in
            let found = try await outcomes([stored, CarryOverTests.asff("1", state: "ARCHIVED")], ["mail"], in: store)
            #expect(found.map(\.transition) == [.refreshed, .resolved])
            #expect(found.map(\.held) == ["refreshed", "resolved_unannounced"])
            let states = try await store.writer.connection.read { db in
                try Int.fetchAll(db, sql: "SELECT state FROM waiting_items")
            }
            #expect(states == [2])
        }
    }

    @Test(
        "a finding whose key is what it was is found as ever, and one that came after the change is never taken for another",
        arguments: Preloading.allCases
    )
    func unchanged(preloading: Preloading) async throws {
        var own = try CarryOverTests.asff("1")
        own.key = FindingKey("arn:aws:guardduty:eu-west-1:1:detector/d/finding/f")
        let late = try CarryOverTests.asff("1", id: "late")
        try await with(preloading, [own]) { store in
            var imitation = late
            imitation.key = FindingKey(try #require(late.key.former))
            let found = try await outcomes([own, imitation, late], in: store)
            #expect(found.map(\.transition) == [.refreshed, .opened, .opened])
        }
    }
}
