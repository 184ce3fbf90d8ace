import Findings
import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

/// Two nodes on one schema of the shared server.
struct TwoNodes {
    let first: PostgresStore
    let second: PostgresStore
    let schema: String

    static func with(_ body: (TwoNodes) async throws -> Void) async throws {
        let address = try PostgresServer.shared().address
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(address, options) { first in
            try await PostgresTest.with(address, options) { second in
                try await body(TwoNodes(first: first, second: second, schema: options.schema))
            }
        }
    }

    /// Takes the first for gone, as others do after they have seen its beat stand still for long enough.
    func buryFirst() throws {
        try PostgresTest.session(PostgresServer.shared().address, schema).transaction { [node = first.node] session in
            _ = try session.run("DELETE FROM nodes WHERE node = $1", [node])
            try TotalsRows.fold(session)
        }
    }

    /// A session that no node uses.
    func session() throws -> Session { try PostgresTest.session(PostgresServer.shared().address, schema) }

    func state() throws -> [String] { try PostgresLife.state(PostgresServer.shared().address, schema) }

    /// The messages by number: state, attempts and the node that has claimed it last.
    func messages() throws -> [String] {
        try PostgresTest.session(PostgresServer.shared().address, schema, isReadOnly: true).transaction { session in
            try session.all("SELECT state || ' ' || attempts || ' ' || claimed_by FROM notifications ORDER BY number") {
                try $0.text(0)
            }
        }
    }
}

extension PostgresStore {
    /// Accepts and applies one entry with these findings, each of which is told of.
    func take(_ findings: [Finding]) async throws {
        let position = try await accept(PostgresTest.request("{}", observations: findings.count))
        try await apply(
            [DecidedEntry(position: position, receivedAt: .t(0), findings.map { ($0, .routed()) })],
            now: .t(0)
        )
    }

    func claim(_ limit: Int, by claimant: Claimant? = nil) async throws -> [Notification] {
        try await claim(destinations: ["chat"], limit: limit, by: claimant, now: .t(1))
    }
}
