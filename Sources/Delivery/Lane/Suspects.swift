import FoundationEssentials
import Store

/// Which messages may themselves be at fault for what a resource, or a mailbox, has answered.
///
/// One failure does not tell whether the message or its receiver is to blame; what becomes of another message does. So
/// after a failure others go first, and a message that fails again after another one got through fails alone: it rests by
/// itself, and nobody else waits for it.
struct Suspects: Sendable {
    /// No more than so many fail alone, since a receiver that is down must not be asked about each of a thousand.
    static let limit = 16
    /// One that was not tried for so long after its rest is no longer there.
    private static let forgottenAfter = 2 * Health.longestRest

    /// How often each has failed since something was last taken.
    private var failing: [String: Int] = [:]
    private var alone: [String: Health] = [:]
    /// Whether one of those that fail was told for how long to wait.
    private var isToldToWait = false

    /// Whether another one got through since this message failed.
    func hasBeenOvertaken(_ id: String) -> Bool { alone[id] != nil }

    /// Until when a message rests that fails alone.
    func notBefore(_ id: String) -> Date? { alone[id]?.notBefore }

    /// Those that leave the next try to others, while there are others: to what has not failed yet, or else to what has
    /// failed less often.
    var leaving: [Set<String>] {
        guard let least = failing.values.min() else { return [] }
        return [Set(failing.keys), Set(failing.filter { $0.value > least }.keys)]
    }

    var areMany: Bool { failing.count > 1 }

    /// Whether all failures in a row are those of one message, and nobody has asked for the rest.
    ///
    /// - Parameter failures: How often in a row it has failed by now, with whatever message.
    /// - Returns: Whether another message might fare better.
    func isOne(after failures: Int) -> Bool {
        failing.count == 1 && isToldToWait == false && failing.values.first == failures
    }

    /// A message has failed, and nobody knows yet whose fault it is.
    mutating func fail(_ id: String, isToldToWait: Bool) {
        failing[id, default: 0] += 1
        if isToldToWait { self.isToldToWait = true }
    }

    /// A message has failed that others have overtaken.
    mutating func failAlone(
        _ id: String,
        retryAfter: Duration?,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        alone[id, default: Health()].fail(retryAfter: retryAfter, now: now, using: &generator)
    }

    /// Another message was taken: those that have failed are overtaken.
    mutating func overtake(now: Date) {
        alone = alone.filter { $0.value.notBefore.map { now.timeIntervalSince($0) < Suspects.forgottenAfter } ?? true }
        for id in failing.keys.sorted() where alone.count < Suspects.limit && alone[id] == nil {
            var health = Health()
            health.rest(until: now)
            alone[id] = health
        }
        failing = [:]
        isToldToWait = false
    }

    /// A message is delivered, refused or given up.
    mutating func forget(_ id: String) {
        failing[id] = nil
        alone[id] = nil
    }
}

extension Outcome {
    /// Whether what a message says may be the reason, however much the answer sounds like the receiver's fault: not what
    /// comes before the receiver has seen it, and not what counts messages.
    var mayBeOfMessage: Bool {
        switch verdict {
        case .delivered, .messageRefused: return false
        case .destinationFailed, .destinationGone, .recipientFailed, .uncertain: break
        }
        switch evidence.errorClass {
        case .nameLookup, .connect, .tls, .addressRefused, .rateLimited, .configuration: return false
        case .timeout, .network, .serverError, .authentication, .destinationGone, .messageRefused, .recipientRefused,
            .recipientDeferred, .redirect, .replyLost, nil:
            return true
        }
    }

    /// What the receiver asked for.
    var retryAfter: Duration? {
        switch verdict {
        case .destinationFailed(let wait), .recipientFailed(let wait): wait
        case .delivered, .messageRefused, .destinationGone, .uncertain: nil
        }
    }
}
