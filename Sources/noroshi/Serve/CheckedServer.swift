import Logging
import ServiceLifecycle

/// Lets nobody in before the database has been looked at; what waited in it is delivered meanwhile.
struct CheckedServer<Server: Service>: Service {
    /// Gives what a person should know.
    let check: @Sendable () async throws -> String?
    let server: Server
    let logger: Logger

    func run() async throws {
        if let note = try await check() {
            logger.notice("store opened", metadata: ["note": "\(note)"])
        }
        try await server.run()
    }
}
