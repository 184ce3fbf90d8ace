import Delivery
import Findings
import Logging
import Operations
import ServiceLifecycle
import Store

/// Works beside the other nodes, and says when this machine's clock keeps it from deciding when things are due.
struct ClusterNode: Service {
    let cluster: OpenedStore.Cluster
    let leases: any Leases
    let node: ThisNode
    let logger: Logger

    func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await cluster.join() }
            group.addTask { await watch() }
            // Until nothing uses the store any more: it stands before whatever does.
            group.addTask { try await gracefulShutdown() }
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError { return }
        }
    }

    private func watch() async {
        var wasOff = false
        var wasLeader = false
        for await _ in leases.leaseChanges {
            let isOff = node.isClockOff()
            if isOff, wasOff == false {
                logger.error(
                    "this machine's clock and the database's differ; the node accepts, and leaves leading and sending to others",
                    metadata: ["seconds": "\(node.clockSkew())"]
                )
            }
            wasOff = isOff
            let isLeader = leases.mayDo(.triage)
            if isLeader != wasLeader {
                logger.notice(
                    isLeader ? "this node applies what is accepted" : "this node no longer applies what is accepted"
                )
            }
            wasLeader = isLeader
        }
    }
}

/// Takes over the rules that other nodes put in force.
struct RouteFollower: Service {
    let changes: AsyncStream<Void>
    let file: RouteFile

    func run() async throws {
        var repeats = Repeats()
        let start = ContinuousClock.now
        for await _ in changes.cancelOnGracefulShutdown() {
            await file.follow { repeats.isNews("", $0, now: start.duration(to: .now).seconds) }
        }
    }
}

/// Takes over the silences that other nodes have changed.
struct SilenceFollower: Service {
    let changes: AsyncStream<Void>
    let silences: SilenceOperations
    let logger: Logger

    func run() async throws {
        var repeats = Repeats()
        let start = ContinuousClock.now
        for await _ in changes.cancelOnGracefulShutdown() {
            do {
                try await silences.putInForce()
            } catch {
                guard repeats.isNews("", "\(error)", now: start.duration(to: .now).seconds) else { continue }
                logger.error("silences could not be read; those of before stay", metadata: ["problem": "\(error)"])
            }
        }
    }
}

/// Takes over what people pause and resume on other nodes.
struct PauseFollower: Service {
    let changes: AsyncStream<Void>
    let delivery: DeliveryService

    func run() async throws {
        for await _ in changes.cancelOnGracefulShutdown() { await delivery.hearPauses() }
    }
}
