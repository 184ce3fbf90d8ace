import Synchronization

/// Whether the process still wants work: told by whoever shuts it down, asked by `/readyz`.
package final class Readiness: Sendable {
    private let draining = Atomic<Bool>(false)

    package init() {}

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// From now on `/readyz` answers 503, so that balancers send new requests elsewhere.
    package func drain() { draining.store(true, ordering: .releasing) }
}
