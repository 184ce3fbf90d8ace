import FoundationEssentials
import Logging
import ServiceLifecycle
import Store

/// Removes what is older than the retention, once an hour.
struct Housekeeping: Service {
    let intake: any Intake
    var leases: any Leases = SoleNode()
    /// Before which date journal entries that were applied, and evidence, are removed.
    let horizon: @Sendable () async throws -> Date
    let logger: Logger
    var interval: Duration = .seconds(3_600)

    func run() async throws {
        do {
            while Task.isShuttingDownGracefully == false {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
                try await cancelWhenGracefulShutdown { try await prune() }
            }
        } catch is CancellationError {
            // Cut short by the shutdown; what was removed stays removed, and the rest goes another time.
        }
    }

    private func prune() async throws {
        guard leases.mayDo(.housekeeping) else { return }
        do {
            try await intake.prune(before: try await horizon())
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.error("old entries could not be removed", metadata: ["problem": "\(error)"])
        }
    }
}
