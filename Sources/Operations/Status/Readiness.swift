import Synchronization

/// Whether the process still wants work: told by whoever shuts it down, asked by whoever sends requests here.
package final class Readiness: Sendable {
    private let draining = Atomic<Bool>(false)

    package init() {}

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// From now on the process is not ready, so that balancers send new requests elsewhere.
    package func drain() { draining.store(true, ordering: .releasing) }
}
