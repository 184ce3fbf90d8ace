import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@testable import PostgresStore

/// A store with a schema of its own on a server, gone with the test.
enum PostgresTest {
    static func schema() -> String { "t" + UUID().uuidString.prefix(8).lowercased() }

    static func with<Value>(
        _ address: String,
        _ options: PostgresStoreOptions,
        _ body: (PostgresStore) async throws -> Value
    ) async throws -> Value {
        try await with(DatabaseAddress { address }, options, body)
    }

    static func with<Value>(
        _ address: DatabaseAddress,
        _ options: PostgresStoreOptions,
        _ body: (PostgresStore) async throws -> Value
    ) async throws -> Value {
        let store = try await PostgresStore(address, options)
        do {
            let value = try await body(store)
            try await store.close()
            return value
        } catch {
            do { try await store.close() } catch { Issue.record(error) }
            throw error
        }
    }

    /// A session that no proxy sees.
    static func session(_ address: String, _ schema: String, isReadOnly: Bool = false) throws -> Session {
        var settings = Session.Settings(schema: schema, statementTimeout: 10_000, idleTimeout: 60_000)
        settings.isReadOnly = isReadOnly
        return try DatabaseAddress { address }.connect(settings)
    }

    static func request(_ body: String, observations: Int = 1, quarantine: [QuarantinedItem] = []) -> IntakeRequest {
        IntakeRequest(
            receivedAt: .t(0),
            source: "token",
            requestID: nil,
            body: Array(body.utf8),
            observations: observations,
            quarantine: quarantine
        )
    }
}

/// A short life of a store: everything that the service does with one, tried again where the service tries again, and where
/// a person waits for an answer, once.
struct PostgresLife {
    let store: PostgresStore
    /// How often each message was given out to be sent, by what it is about and whom it is for.
    private(set) var sent: [String: Int] = [:]

    init(_ store: PostgresStore) { self.store = store }

    private static let fallback = FallbackTarget(destination: "mail", recipients: ["a@example.com"])

    static let table: Result<RoutingTable, any Error> = Result {
        let text = """
            { "version": 1, "destinations": { "chat": { "type": "slack", "url": { "env": "A" } } },
              "rules": [ { "name": "everything", "when": {}, "send": ["chat"],
                           "group": { "by": ["account"], "wait": "30s" } } ] }
            """
        return RoutingTable(try RouteDocument.parse(Array(text.utf8), file: "r").document, version: 1)
    }

    /// What the rules would make of an entry.
    private static func decided(_ entry: JournalEntry) -> DecidedEntry {
        let grouped = Decision.routed(
            rule: "everything",
            group: Rule.Group(by: ["account"], wait: .seconds(30), interval: .seconds(300), repeat: nil)
        )
        let body = String(decoding: entry.body, as: UTF8.self)
        let decisions: [Decision] =
            switch body {
            case "a": [.routed(), .routed(to: ["hook"])]
            case "b": [grouped]
            default: [.suppressed()]
            }
        return DecidedEntry(
            position: entry.position,
            receivedAt: entry.receivedAt,
            decisions.enumerated().map { (.example(key: "\(body)\($0)"), $1) },
            redeliveryKey: body
        )
    }

    /// Tries again where the service does.
    func persistent<Value>(_ body: () async throws -> Value) async throws -> Value {
        var last: (any Error)?
        for _ in 0..<10 {
            do {
                return try await body()
            } catch let trouble as StoreTrouble where trouble.kind == .unreachable {
                last = trouble
            } catch let doubt as CommitDoubt {
                last = doubt
            }
        }
        throw last ?? StoreTrouble(.unusable)
    }

    /// From requests to what was sent.
    mutating func pipeline() async throws {
        let item = QuarantinedItem(reason: "unreadable", bytes: [1, 2, 3])
        for (body, count, items) in [("a", 2, []), ("b", 1, []), ("", 0, [item]), ("d", 1, [item])] {
            _ = try await store.accept(PostgresTest.request(body, observations: count, quarantine: items))
        }
        try await apply()
        try await send(at: .t(2)) { notification in
            notification.destination == "hook"
                ? .dead(reason: "refused", rendered: "x", fallback: PostgresLife.fallback) : .delivered
        }
        let table = try PostgresLife.table.get()
        _ = try await persistent {
            try await store.fire(now: .t(40), table: table, silences: SilenceTable([], for: table))
        }
        try await send(at: .t(41)) { $0.destination == "mail" ? .retry(at: .t(500), isMinimal: false) : .delivered }
    }

    private func apply() async throws {
        while true {
            let isDone = try await persistent {
                let entries = try await store.unapplied(after: nil, limit: 2, byteLimit: 1 << 20)
                if entries.isEmpty { return true }
                try await store.apply(entries.map(PostgresLife.decided), now: .t(1))
                return false
            }
            if isDone { return }
        }
    }

    private mutating func send(at now: Date, _ outcome: (Notification) -> Settlement.Next) async throws {
        while true {
            let claimed = try await persistent {
                try await store.claim(
                    destinations: ["chat", "hook", "mail"],
                    limit: 2,
                    by: Claimant(lane: "l", concurrency: 2),
                    now: now
                )
            }
            if claimed.isEmpty {
                // A connection that was cut holds its rows until the server sees that it is gone.
                let due = try await persistent { try await store.nextDue() }
                if due.values.allSatisfy({ $0 > now }) { return }
                continue
            }
            for notification in claimed { sent[PostgresLife.name(notification), default: 0] += 1 }
            let settlements = claimed.map { Settlement($0, outcome($0), at: now) }
            try await persistent { try await store.settle(settlements) }
        }
    }

    private static func name(_ notification: Notification) -> String {
        "\(notification.content.finding.key.rawValue) to \(notification.destination)"
    }

    /// What people do.
    func people() async throws {
        let first = try await store.activate(Array("one".utf8), Activation(author: "ana"), now: .t(1))
        let content = RouteDraft.Content(base: first.version, text: Array("two".utf8))
        var draft = try await store.createDraft(of: "ana", content, now: .t(2))
        for (step, text) in ["three", "four"].enumerated() {
            let content = RouteDraft.Content(base: first.version, text: Array(text.utf8))
            let saved = try await store.saveDraft(draft.number, after: draft.change, content, now: .t(3 + Double(step)))
            draft = try #require(saved)
        }
        draft = try #require(try await store.undoDraft(draft.number, after: draft.change, now: .t(6)))
        #expect(draft.content.text == Array("three".utf8) && draft.change == 4)
        draft = try #require(try await store.takeDraft(draft.number, to: "bo", after: draft.change, now: .t(7)))
        let activation = Activation(author: "bo", expected: first.version, draft: draft.number)
        #expect(try await store.activate(draft.content.text, activation, now: .t(8)).version == 2)
        let other = try await store.createDraft(of: "ana", content, now: .t(9))
        #expect(try await store.discardDraft(other.number, after: 1))

        let silence = try await store.create(.example(endsAt: .t(100)), author: "ana", now: .t(10))
        let longer = try await store.edit(
            silence.id,
            to: .example(reason: "longer", endsAt: .t(200)),
            author: "bo",
            now: .t(20)
        ) { $0.tag == silence.tag }
        guard case .inPlace(let edited) = longer else { throw Unexpected() }
        let elsewhere = try await store.edit(
            silence.id,
            to: .example(when: #"{"account": "222233334444"}"#, endsAt: .t(300)),
            author: "bo",
            now: .t(30)
        ) { $0.tag == edited.tag }
        guard case .replaced(let old, let new) = elsewhere else { throw Unexpected() }
        #expect(old.id == silence.id && old.endsAt == .t(30))
        _ = try await store.expire(new.id, now: .t(40)) { $0.tag == new.tag }

        try await store.record(
            AuditEntry(actor: "ana", action: "silence.create", subject: silence.id),
            now: .t(50)
        )
        let shadow = try #require(
            try await store.startShadow(
                ShadowStart(author: "ana", draft: "1", base: 1, text: Array("x".utf8)),
                now: .t(60)
            )
        )
        try await store.endShadow(shadow.number, because: "seen enough", now: .t(61))
    }

    private struct Unexpected: Error {}

    /// All that the database holds which a life decides, as lines.
    static func state(_ address: String, _ schema: String) throws -> [String] {
        let questions = [
            "SELECT 'entries', string_agg(convert_from(body, 'UTF8'), ' ' ORDER BY sequence) FROM journal",
            "SELECT 'applied', string_agg(applied::text, ' ') FROM journal_streams",
            "SELECT 'quarantine', count(*)::text FROM quarantine",
            "SELECT 'finding ' || number, key || ' ' || observations FROM findings ORDER BY number",
            """
            SELECT 'message ' || number, destination || ' ' || state || ' ' || attempts || ' ' || uncertain
            FROM notifications ORDER BY number
            """,
            "SELECT 'attempt ' || notification, number::text FROM attempts ORDER BY notification, number",
            "SELECT 'total ' || name, sum(value)::text FROM totals WHERE name <> 'probes' GROUP BY name ORDER BY name",
            "SELECT 'revision ' || version, hash || ' ' || author FROM revisions ORDER BY version",
            "SELECT 'texts', count(*)::text FROM rule_texts",
            "SELECT 'draft ' || owner, change::text FROM drafts ORDER BY number",
            "SELECT 'steps', count(*)::text FROM draft_steps",
            "SELECT 'silence ' || number, id || ' ' || reason || ' ' || ends_at FROM silences ORDER BY number",
            "SELECT 'audit', count(*)::text FROM audit",
            "SELECT 'shadow', count(*) || coalesce(max(end_reason), '') FROM shadows",
        ]
        return try PostgresTest.session(address, schema, isReadOnly: true).transaction { session in
            try session.ask(questions.map { Statement($0) }).flatMap { rows in
                try rows.map { "\(try $0.text(0)): \(try $0.optionalText(1) ?? "none")" }
            }
        }
    }
}
