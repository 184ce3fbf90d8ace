import Operations
import ServiceLifecycle

/// Looks what has changed while pages and programs listen, and lets go of them all before the server stops.
struct ChangeWatch: Service {
    let changes: ChangeFeed

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await changes.watch(on: ContinuousClock()) }
        } catch is CancellationError {
            // The pause between two looks was cut short by the shutdown.
        }
        await changes.close()
    }
}
