import Logging
import Operations
import ServiceLifecycle

/// Tells `/readyz` that the process is going down, before the server stops.
struct DrainNotice: Service {
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        readiness.drain()
        logger.info("draining")
    }
}
