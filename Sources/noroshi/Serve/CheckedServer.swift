import Logging
import SQLiteStore
import ServiceLifecycle

/// Lets nobody in before the database has been looked at; what waited in it is delivered meanwhile.
struct CheckedServer<Server: Service>: Service {
    let store: SQLiteStore
    let server: Server
    let logger: Logger

    func run() async throws {
        if let note = try await store.checkAtStart() {
            logger.notice("store opened", metadata: ["note": "\(note)"])
        }
        try await server.run()
    }
}
