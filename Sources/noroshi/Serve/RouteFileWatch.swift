import Logging
import ServiceLifecycle
import UnixSignals

/// Reloads the rules on SIGHUP and when the file changes.
struct RouteFileWatch: Service {
    let file: RouteFile
    /// How often the file is looked at. Polled, because file-system events go deaf when a mounted file is replaced.
    var interval: Duration = .seconds(1)

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await _ in signals.cancelOnGracefulShutdown() { _ = await file.reload(author: "signal") }
            }
            group.addTask {
                do {
                    while Task.isShuttingDownGracefully == false {
                        try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
                        await file.reloadIfChanged()
                    }
                } catch is CancellationError {
                    // The sleep was cut short by the shutdown: nothing to finish.
                }
            }
        }
    }
}
