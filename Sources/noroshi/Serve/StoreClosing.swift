import ServiceLifecycle

/// Closes the store once everything that uses it has stopped.
struct StoreClosing: Service {
    let close: @Sendable () async throws -> Void

    func run() async throws {
        try await gracefulShutdown()
        try await close()
    }
}
