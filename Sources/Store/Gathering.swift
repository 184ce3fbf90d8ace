package import Dispatch
import Synchronization

/// Lets a thread that writes in batches wait a moment for those whom its last batch has set free, and who send again when they
/// are answered: a commit costs as much for one as for many, and the first of them would have one of its own.
package final class Gathering: Sendable {
    /// 0 while nobody waits.
    private let wanted = Atomic<Int>(0)
    private let enough = DispatchSemaphore(value: 0)

    package init() {}

    /// Called by whoever comes, after it can be counted.
    ///
    /// - Parameter count: How many have come so far.
    package func arrived(_ count: Int) {
        let wanted = wanted.load(ordering: .sequentiallyConsistent)
        if wanted > 0, count >= wanted, end(wanted) { enough.signal() }
    }

    /// Blocks the thread until enough have come; one thread waits at a time.
    ///
    /// - Parameters:
    ///   - count: How many are enough, 1 or more.
    ///   - limit: How long to wait for them.
    ///   - present: How many have come so far.
    package func wait(for count: Int, atMost limit: DispatchTimeInterval, present: () -> Int) {
        wanted.store(count, ordering: .sequentiallyConsistent)
        // Whoever came before the number was there has not looked at it.
        if present() < count, enough.wait(timeout: .now() + limit) == .success { return }
        // The signal that was on its way must not end the next wait.
        if end(count) == false { enough.wait() }
    }

    /// - Returns: Whether the wait was ended here, and not by somebody else.
    private func end(_ count: Int) -> Bool {
        wanted.compareExchange(expected: count, desired: 0, ordering: .sequentiallyConsistent).exchanged
    }
}
