import FoundationEssentials
import Triage

/// Whether a message is at fault or what takes it: see ``Suspects``.
extension LaneRun {
    /// Messages that leave the next try to others, while there are others.
    ///
    /// - Returns: Sets to leave, one after the other, for as long as nothing else is there.
    func leaving() -> [Set<String>] {
        var all = lane.failures > 0 ? suspects.leaving : []
        for (recipient, suspects) in recipientSuspects where recipients[recipient] != nil {
            let more = suspects.leaving
            all = all.isEmpty ? more : more.isEmpty ? all : zip(all, more).map { $0.union($1) }
        }
        return all.filter { $0.isEmpty == false }
    }

    /// Whether another message may try although the lane rests: when it rests for long, and on the word of one message.
    func mayAskAnother(now: Date) -> Bool {
        lane.health.isResting(now: now) && lane.health.goneReason == nil && lane.sending == 0
            && lane.failures >= LaneRun.doubtedFailures && suspects.isOne(after: lane.failures)
    }

    /// From so many failures on a rest takes long enough to ask another message.
    private static let doubtedFailures = 3

    /// Whether a message is to blame itself for an outcome: others got through after it had failed, and nothing else fails.
    func failsAlone(_ outcome: Outcome, of notification: Notification) -> Bool {
        guard outcome.mayBeOfMessage, outcome.isOwnFault == false else { return false }
        if case .recipientFailed = outcome.verdict {
            guard let recipient = notification.recipient, recipients[recipient] == nil else { return false }
            return recipientSuspects[recipient]?.hasBeenOvertaken(notification.id) == true
        }
        return lane.failures == 0 && suspects.hasBeenOvertaken(notification.id)
    }

    /// A send has ended: whom its outcome blames.
    func end(
        _ ticket: Lane.Ticket,
        _ outcome: Outcome,
        of notification: Notification,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        let wasFailing = lane.failures > 0
        lane.end(ticket, outcome, now: now, using: &generator)
        suspect(outcome, of: notification, wasFailing: wasFailing, now: now, using: &generator)
        note(outcome, of: notification, now: now, using: &generator)
        endWay(of: notification.destination)
    }

    private func suspect(
        _ outcome: Outcome,
        of notification: Notification,
        wasFailing: Bool,
        now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        let id = notification.id
        let wait = outcome.retryAfter
        let recipient = notification.recipient
        if case .recipientFailed = outcome.verdict, let recipient, outcome.mayBeOfMessage {
            if outcome.failsAlone {
                recipientSuspects[recipient]?.failAlone(id, retryAfter: wait, now: now, using: &generator)
            } else {
                recipientSuspects[recipient, default: Suspects()].fail(id, isToldToWait: wait != nil)
            }
        } else if outcome.failsAlone {
            suspects.failAlone(id, retryAfter: wait, now: now, using: &generator)
        } else if outcome.mayBeOfMessage, outcome.isOwnFault == false {
            suspects.fail(id, isToldToWait: wait != nil)
        }
        switch outcome.verdict {
        case .delivered, .messageRefused:
            suspects.forget(id)
            if let recipient {
                recipientSuspects[recipient]?.forget(id)
                if recipients[recipient] != nil { recipientSuspects[recipient]?.overtake(now: now) }
            }
        case .recipientFailed: suspects.forget(id)
        case .destinationFailed, .destinationGone, .uncertain: break
        }
        if wasFailing, lane.failures == 0 { suspects.overtake(now: now) }
    }

    /// A message is given up.
    func giveUp(_ notification: Notification) {
        suspects.forget(notification.id)
        if let recipient = notification.recipient { recipientSuspects[recipient]?.forget(notification.id) }
    }
}
