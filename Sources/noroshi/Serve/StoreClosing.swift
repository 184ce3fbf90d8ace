import SQLiteStore
import ServiceLifecycle

/// Closes the store once everything that uses it has stopped.
struct StoreClosing: Service {
    let store: SQLiteStore

    func run() async throws {
        try await gracefulShutdown()
        try await store.close()
    }
}
