import Dispatch
import FoundationEssentials
import GRDB
import Store
import Triage

@testable import SQLiteStore

extension SQLiteStoreOptions {
    /// A store for tests: a small reserve.
    static let small = SQLiteStoreOptions(reserveBytes: 4096, logBytes: 0)
}

extension IntakeRequest {
    static let plain = IntakeRequest(
        receivedAt: .t(0),
        source: "token",
        requestID: nil,
        body: Array("{}".utf8),
        observations: 1
    )
}

/// Opens a store in a directory of its own for the body.
func withStore(
    _ options: SQLiteStoreOptions = .small,
    _ body: (SQLiteStore) async throws -> Void
) async throws {
    try await TemporaryDirectory.with { directory in
        let store = try SQLiteStore(directory: directory, options: options)
        do {
            try await body(store)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
    }
}

/// Holds up a thread that may be held up until a test lets it go.
final class DispatchGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }

    func open() { semaphore.signal() }
}

extension SQLiteStore {
    /// Lets the database grow to so many pages, or no further than it is.
    func limitPages(to pages: Int?) async throws {
        try await writer.connection.writeWithoutTransaction { db in
            let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            // A little room, as the reserve gives it.
            try db.execute(sql: "PRAGMA max_page_count = \(pages ?? count + 8)")
        }
    }
}

extension SQLiteStore {
    /// Opens the store in a directory, and closes it whatever happens.
    static func with(
        _ directory: String,
        _ preloading: TriageTransaction.Preloading,
        _ body: (SQLiteStore) async throws -> Void
    ) async throws {
        var options = SQLiteStoreOptions.small
        options.preloading = preloading
        let store = try SQLiteStore(directory: directory, options: options)
        do {
            try await body(store)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
    }
}
