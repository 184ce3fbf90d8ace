import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension ToldSummary {
    /// What was decided of a destination, where no message says more.
    static func line(_ outcome: ObservationRecord.Outcome) -> Line {
        let rule = "Rule “\(outcome.rule)”"
        if let held = outcome.held {
            let reason = "\(HeldReason(rawValue: held)?.words ?? held)\(outcome.heldBy.map { " (\($0))" } ?? "")"
            return Line(
                destination: outcome.destination,
                state: .never,
                at: nil,
                reason: "\(rule), \(outcome.transition.rawValue): \(reason)."
            )
        }
        if let item = outcome.itemState, item.notification == nil {
            let isWaiting = item.state == .waiting
            return Line(
                destination: outcome.destination,
                state: isWaiting ? .held : .never,
                at: item.until,
                reason: "\(rule): \(isWaiting ? item.words : HeldReason.superseded.words)."
            )
        }
        return Line(
            destination: outcome.destination,
            state: .notYet,
            at: nil,
            reason: "\(rule), \(outcome.transition.rawValue)."
        )
    }

    /// What one message says of its destination.
    static func line(_ notification: Notification, in story: FindingStory, _ surroundings: Surroundings) -> Line {
        var rule = "Rule “\(notification.content.rule)”, \(notification.content.transition.rawValue)"
        if let first = notification.fallbackFor.flatMap({ id in story.notifications.first { $0.id == id } }) {
            rule += ", in place of \(first.destination)"
        }
        let tries = notification.attempts == 1 ? "1 try" : "\(notification.attempts) tries"
        func line(_ state: State, _ at: Date?, _ words: String) -> Line {
            Line(
                destination: notification.destination,
                state: state,
                at: at,
                reason: "\(rule); \(words)",
                delivery: mayBeTried(notification, surroundings) ? notification.id : nil
            )
        }
        switch notification.state {
        case .delivered:
            let at = surroundings.delivered[notification.id] ?? notification.createdAt
            return line(.told, at, "delivered with \(tries).")
        case .folded:
            return line(.told, notification.createdAt, "told in one message with many others that came at once.")
        case .dead: return line(.failed, nil, "given up: \(notification.deadReason ?? "no reason is kept").")
        case .diverted:
            let next = story.notifications.first { $0.fallbackFor == notification.id }
            let words = "not told here after \(tries), and handed to \(next?.destination ?? "its fallback")"
            return line(.handedOn, next?.createdAt, "\(words).")
        case .pending, .sending:
            let (at, words) = turn(of: notification, surroundings)
            let sofar = notification.attempts == 0 ? "queued, not tried yet" : "\(tries) so far"
            return line(.notYet, at, "\(sofar).\(words)")
        }
    }

    /// Whether a try could be made sooner than it will be: not while it is the destination that rests.
    private static func mayBeTried(_ notification: Notification, _ surroundings: Surroundings) -> Bool {
        guard notification.state == .pending else { return notification.state == .dead }
        let lane = surroundings.lanes.first { $0.destination == notification.destination }
        return notification.dueAt > surroundings.now && lane?.state == .open
    }

    /// When a message is tried next, as far as that is known, and what stands in its way.
    private static func turn(of notification: Notification, _ surroundings: Surroundings) -> (at: Date?, words: String)
    {
        let lane = surroundings.lanes.first { $0.destination == notification.destination }
        let why = lane?.reason.map { ": \(EscapedText.visible($0, limit: 300))" } ?? ""
        if lane?.state == .paused { return (nil, " The destination is paused\(why).") }
        let at = max(notification.dueAt, lane?.notBefore ?? notification.dueAt)
        let isSoon = at <= surroundings.now
        switch lane?.state {
        case .broken: return (isSoon ? nil : at, " The destination takes no messages now\(why).")
        case .waiting where at > notification.dueAt: return (at, " The destination asked for a rest, or failed\(why).")
        default:
            guard isSoon else { return (at, "") }
            if notification.state == .sending { return (nil, " A try is under way.") }
            // Others may stand before it, where a destination takes so many a second.
            return (nil, " It is due, and sent in its turn among what waits for this destination.")
        }
    }
}

extension ObservationRecord.ItemState {
    /// What news waits for, for a person.
    package var words: String { AlertGroup.Word(rawValue: kind)?.words ?? "told with others (\(kind))" }
}

extension AlertGroup.Word {
    /// What news that waits in such a group waits for, for a person.
    package var words: String {
        switch self {
        case .group: "told in the next message of its group"
        case .held: "held until its hours begin"
        case .digest: "told in a digest"
        case .silence: "told when the silence ends, if it is still open"
        case .storm: "told in the summary of a storm"
        case .release: "looked at again when a more severe alert is over"
        }
    }
}

extension HeldReason {
    /// Why no message was due, for a person.
    package var words: String {
        switch self {
        case .refreshed: "seen again without change, so nothing was said"
        case .stale: "older than what is known already"
        case .acknowledged: "somebody works on it"
        case .resolvedUnannounced: "over before anything was said of it"
        case .notInNotify: "the rule does not announce this"
        case .silenced: "silenced"
        case .muted: "outside of the hours of the rule"
        case .inhibited: "a more severe alert about the same is open"
        case .superseded: "a later observation made it needless"
        }
    }
}
