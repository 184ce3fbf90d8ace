import Findings
import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

@testable import SQLiteStore

/// What is asked of one thing is found by an index: to read a whole table takes a third of a second for a million rows.
@Suite("Plans of questions in SQLite")
struct QueryPlanTests {
    private static let questions: [(String, @Sendable (SQLiteStore) async throws -> Void)] = [
        ("a finding", { _ = try await $0.finding("f1") }),
        ("a finding by its key", { _ = try await $0.finding("k") }),
        ("where findings stand", { _ = try await $0.standings(of: ["f1"]) }),
        ("a delivery", { _ = try await $0.notification("00000000000000000000000000000001") }),
        ("an entry of the journal", { _ = try await $0.journalEntry(at: 1) }),
        (
            "the deliveries but those of a finding",
            {
                let excluded = NotificationFilter(finding: FindingKey("k"))
                _ = try await $0.notifications(NotificationFilter(without: [excluded]), page: Page(limit: 10))
            }
        ),
        (
            "the deliveries of a finding",
            { _ = try await $0.notifications(NotificationFilter(finding: FindingKey("k")), page: Page(limit: 10)) }
        ),
    ]

    /// What is read from the newest finding on, until there is enough of it.
    private static let listings: [(String, @Sendable (SQLiteStore) async throws -> Void)] = [
        (
            "findings but those of a rule, a destination and a product",
            {
                let filters = [
                    FindingFilter(rule: "r"), FindingFilter(destination: "one"), FindingFilter(product: "p"),
                    FindingFilter(fate: .told),
                ]
                _ = try await $0.findings(FindingFilter(without: filters), page: Page(limit: 10))
            }
        ),
        ("what the newest findings hold", { _ = try await $0.seen() }),
    ]

    @Test("no table is read whole for one thing", arguments: QueryPlanTests.questions.indices)
    func plans(index: Int) async throws {
        let (words, ask) = Self.questions[index]
        for scan in try await scans(ask) { Issue.record("\(words): \(scan)") }
    }

    @Test("a listing walks its index, and looks up all else", arguments: QueryPlanTests.listings.indices)
    func walks(index: Int) async throws {
        let (words, ask) = Self.listings[index]
        for scan in try await scans(ask) where scan.contains("INDEX findings_by_last_seen") == false {
            Issue.record("\(words): \(scan)")
        }
    }

    /// The parts of plans that read a table or an index from one end, each with its statement.
    private func scans(_ ask: (SQLiteStore) async throws -> Void) async throws -> [String] {
        var found: [String] = []
        try await withStore { store in
            let position = try await store.accept(.plain)
            let finding = DecidedObservation(finding: .example(key: "k"), decision: .routed(to: ["one"]))
            let entry = DecidedEntry(
                position: position,
                receivedAt: .t(0),
                events: [DecidedEvent(redeliveryKey: nil, observations: [finding])],
                observations: 1
            )
            _ = try await store.apply([entry], now: .t(0))
            let statements = try await store.statements { try await ask(store) }
            #expect(statements.isEmpty == false)
            for statement in statements {
                let plan = try await store.ask { db in
                    let explained = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(statement)")
                    // The plan is the same whatever the parameters are.
                    explained.setUncheckedArguments(StatementArguments())
                    return try Row.fetchAll(explained).map { $0["detail"] as String }
                }
                let scans = plan.filter { detail in
                    Self.names(in: statement).contains { detail == "SCAN \($0)" || detail.hasPrefix("SCAN \($0) ") }
                }
                found += scans.map { "\($0) in \(statement)" }
            }
        }
        return found
    }

    /// What a statement calls the tables that grow with findings.
    private static func names(in statement: String) -> Set<String> {
        let tables = ["notifications", "findings", "observations", "alerts", "waiting_items", "journal", "attempts"]
        var names = Set(tables)
        let words = statement.split { $0.isWhitespace || $0 == "(" || $0 == ")" || $0 == "," }
        for (word, next) in zip(words, words.dropFirst()) where tables.contains(String(word)) {
            names.insert(String(next))
        }
        return names
    }
}

extension SQLiteStore {
    /// The statements that the readers run meanwhile, without the values of their parameters.
    fileprivate func statements(_ body: () async throws -> Void) async throws -> Set<String> {
        let seen = StatementsSeen()
        for reader in questions {
            try await reader.read { db in
                db.trace(options: .statement) { event in
                    if case .statement(let statement) = event { seen.all.withLock { _ = $0.insert(statement.sql) } }
                }
            }
        }
        try await body()
        for reader in questions { try await reader.read { $0.trace(options: .statement, nil) } }
        return seen.all.withLock { $0.filter { $0.contains("SELECT") } }
    }
}

private final class StatementsSeen: Sendable {
    let all = Mutex<Set<String>>([])
}
