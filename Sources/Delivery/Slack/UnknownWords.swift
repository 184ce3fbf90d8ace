import Store
import Synchronization
import Triage

/// How often a receiver gave a reason that is in no list of ours, for each notification.
///
/// Such a word may mean a passing trouble or a fault of the message, so it is retried a few times and then taken for the
/// latter. Kept in memory only: after a restart it is counted anew, which costs a few tries.
final class UnknownWords: Sendable {
    /// How often a message is tried again after such a word.
    static let retries = 3
    /// Beyond it the count begins anew, so that a receiver which says nothing but such words cannot fill the memory.
    private static let most = 4_096

    private let counts = Mutex<[String: Int]>([:])

    /// Gives a refusal by such a word another try, until there were enough.
    func weighed(_ verdict: HTTPVerdict, of notification: Notification) -> HTTPVerdict {
        let id = notification.recipient.map { "\(notification.id)/\($0)" } ?? notification.id
        return counts.withLock { counts in
            guard verdict.isUnknownWord else {
                if verdict.verdict == .delivered { counts[id] = nil }
                return verdict
            }
            let count = counts[id, default: 0] + 1
            guard count <= UnknownWords.retries else {
                // The shorter form is tried once more; what is refused then is not heard of again.
                if notification.isMinimal { counts[id] = nil }
                return verdict
            }
            if counts.count >= UnknownWords.most, counts[id] == nil { counts = [:] }
            counts[id] = count
            var retried = verdict
            retried.verdict = .destinationFailed(retryAfter: nil)
            retried.errorClass = .serverError
            retried.detail = verdict.detail.map { "\($0); try \(count) of \(UnknownWords.retries + 1)" }
            return retried
        }
    }
}
