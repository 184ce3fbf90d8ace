import FoundationEssentials
import NoroshiTestSupport
import PostgresStore
import SQLiteStore
import Store
import Testing
import Triage

typealias EveryRole = Intake & Outbox & Records & RouteRevisions & TriageTimers & Silences & History
    & QuarantineArchive & WallClockRecord & Sessions & Drafts & AuditRecords
    & Statistics & Shadows & ReplayRecords

/// A store that the contract holds for.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case sqlite
    /// The same, with less asked for before it is needed.
    case sqliteOneRow = "sqlite, one row preloaded"
    case sqliteNothing = "sqlite, nothing preloaded"
    /// A schema of its own on the server that the tests share.
    case postgres
    case postgresOneRow = "postgres, one row preloaded"
    case postgresNothing = "postgres, nothing preloaded"

    static let available: [Backend] = [.sqlite, .postgres]
    /// The same in every way of preloading, for what triage does.
    static let everyPreloading = Backend.allCases

    private var preloading: TriageTransaction.Preloading {
        switch self {
        case .sqlite, .postgres: .everything
        case .sqliteOneRow, .postgresOneRow: .oneRow
        case .sqliteNothing, .postgresNothing: .nothing
        }
    }

    /// Whether each question is a way to another process.
    var isServer: Bool {
        switch self {
        case .sqlite, .sqliteOneRow, .sqliteNothing: false
        case .postgres, .postgresOneRow, .postgresNothing: true
        }
    }

    var testDescription: String { rawValue }

    fileprivate func open(_ directory: String) async throws -> (any EveryRole, @Sendable () async throws -> Void) {
        switch self {
        case .sqlite, .sqliteOneRow, .sqliteNothing:
            let store = try SQLiteStore(
                directory: directory,
                options: SQLiteStoreOptions(reserveBytes: 4096, logBytes: 0, preloading: preloading)
            )
            return (store, { try await store.close() })
        case .postgres, .postgresOneRow, .postgresNothing:
            let address = try PostgresServer.shared().address
            let store = try await PostgresStore(
                DatabaseAddress { address },
                PostgresStoreOptions(schema: "t" + directory.suffix(12), preloading: preloading)
            )
            return (store, { try await store.close() })
        }
    }
}

/// A store in a directory of its own, gone after the test.
struct OpenStore {
    let backend: Backend
    let directory: String
    let roles: any EveryRole
    private let closing: @Sendable () async throws -> Void

    /// Opens an empty store for the body.
    static func with(_ backend: Backend, _ body: (OpenStore) async throws -> Void) async throws {
        guard backend.isServer else { return try await open(backend, body) }
        await OpenStoreLimit.postgres.enter()
        let result: Result<Void, any Error>
        do {
            result = .success(try await open(backend, body))
        } catch {
            result = .failure(error)
        }
        await OpenStoreLimit.postgres.leave()
        try result.get()
    }

    private static func open(_ backend: Backend, _ body: (OpenStore) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let store = try await OpenStore(backend, directory)
            do {
                try await body(store)
            } catch {
                try await store.close()
                throw error
            }
            try await store.close()
        }
    }

    private init(_ backend: Backend, _ directory: String) async throws {
        self.backend = backend
        self.directory = directory
        (roles, closing) = try await backend.open(directory)
    }

    /// Ends this store and opens another one on what it left, as a restart does.
    func restart(_ body: (OpenStore) async throws -> Void) async throws {
        try await close()
        let next = try await OpenStore(backend, directory)
        do {
            try await body(next)
        } catch {
            try await next.close()
            throw error
        }
        try await next.close()
    }

    /// Closing again is allowed and does nothing.
    func close() async throws { try await closing() }
}

enum TemporaryDirectory {
    static func with<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.path + "/noroshi-store-\(UUID().uuidString)"
        func remove() throws {
            // A store on a server leaves none behind.
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        }
        do {
            let value = try await body(path)
            try remove()
            return value
        } catch {
            try remove()
            throw error
        }
    }
}
