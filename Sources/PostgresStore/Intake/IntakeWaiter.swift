import Store
import Synchronization

/// A request that waits to be written, and who wants to know when it is.
final class IntakeWaiter: Sendable {
    let request: IntakeRequest
    let since = ContinuousClock.now
    private let completion: @Sendable (Result<Int64, any Error>) -> Void
    private let finished = Atomic<Bool>(false)

    init(_ request: IntakeRequest, _ completion: @escaping @Sendable (Result<Int64, any Error>) -> Void) {
        self.request = request
        self.completion = completion
    }

    /// Whether it becomes an entry of the journal: one that holds nothing but quarantined items does not.
    var hasEntry: Bool { request.observations > 0 || request.quarantine.isEmpty }

    var byteCount: Int { request.body.count + request.quarantine.reduce(0) { $0 + $1.bytes.count } }

    var isFinished: Bool { finished.load(ordering: .acquiring) }

    /// Tells whoever waits; a second time does nothing.
    func finish(_ result: Result<Int64, any Error>) {
        guard finished.exchange(true, ordering: .acquiringAndReleasing) == false else { return }
        completion(result)
    }
}
