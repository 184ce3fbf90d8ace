import Synchronization

/// What the parts of the service that work by themselves report of how it goes, for whoever is asked whether all is well.
///
/// A failure stands until the same work succeeds, or until it has not been reported again for so long that it is over.
package final class WorkReports: Sendable {
    package enum Part: String, Sendable, Hashable, CaseIterable {
        /// Turns what was accepted into decisions.
        case applier
        /// Does what is due by itself: groups, reminders, digests, ends of silences.
        case timers
        /// Gives messages out to be sent, and writes results down.
        case outbox
    }

    private struct Work: Hashable {
        var part: Part
        var name: String
    }

    private struct Failure {
        var reason: String
        var since: ContinuousClock.Instant
        var last: ContinuousClock.Instant
    }

    /// Longer than any pause between two tries of a part that fails.
    private static let lifetime = Duration.seconds(150)

    private let failures = Mutex<[Work: Failure]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: The monotonic time.
    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// - Parameters:
    ///   - part: Whose work it is.
    ///   - name: Which work, so that another one that succeeds does not hide this one.
    ///   - reason: Why it fails, for people.
    package func failed(_ part: Part, _ name: String, because reason: String) {
        let now = now()
        failures.withLock { failures in
            let since = failures[Work(part: part, name: name)]?.since ?? now
            failures[Work(part: part, name: name)] = Failure(reason: reason, since: since, last: now)
        }
    }

    package func succeeded(_ part: Part, _ name: String) {
        failures.withLock { failures in
            guard failures.isEmpty == false else { return }
            failures[Work(part: part, name: name)] = nil
        }
    }

    /// Why a part does not work; `nil` when it does.
    package func problem(of part: Part) -> String? {
        let now = now()
        return failures.withLock { failures in
            failures = failures.filter { $0.value.last.duration(to: now) < WorkReports.lifetime }
            let oldest = failures.filter { $0.key.part == part }.min { $0.value.since < $1.value.since }
            return oldest.map { work, failure in
                let seconds = failure.since.duration(to: now).components.seconds
                return "\(work.name) has failed for \(seconds) s: \(failure.reason)"
            }
        }
    }
}
