package import Operations
package import Store
import Synchronization

extension FakeRoles: Leases {
    package var isShared: Bool { state.withLock { $0.nodes.count > 1 } }

    package func mayDo(_ work: LeasedWork) -> Bool {
        state.withLock { state in
            guard state.nodes.count > 1 else { return true }
            return state.nodes.contains { $0.isThis && $0.work.contains { $0.work == work } }
        }
    }

    package func offer(lanes: Set<String>) {}
    package func giveUp(lane: String) async {}
    package var leaseChanges: AsyncStream<Void> { AsyncStream { $0.finish() } }
    package func nodes() async throws -> [NodeRecord] { try read { $0.nodes } }

    /// The process that answers.
    package var node: ThisNode {
        ThisNode(
            name: state.withLock { $0.nodes.first(where: \.isThis)?.name ?? "" },
            number: { self.state.withLock { $0.nodes.first(where: \.isThis)?.number ?? 0 } },
            clockSkew: { self.state.withLock(\.clockSkew) },
            isClockOff: { self.state.withLock { abs($0.clockSkew) > 2 } }
        )
    }
}
