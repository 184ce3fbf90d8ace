import Findings
package import FoundationEssentials
package import Routing
package import Store
import Triage

/// Who knows of a finding, who does not yet, and who never will: one line for each destination.
package struct ToldSummary {
    package enum State: Int, Sendable, Hashable, Comparable {
        case told, notYet, held, failed, never

        package var words: String {
            switch self {
            case .told: "told"
            case .notYet: "not yet"
            case .held: "waits"
            case .failed: "could not be told"
            case .never: "not told"
            }
        }

        /// What leads from the words to the moment.
        package var beforeMoment: String {
            switch self {
            case .told: " at"
            case .notYet: "; next try"
            case .held, .failed, .never: " until"
            }
        }

        package static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }
    }

    package struct Line: Sendable, Hashable {
        package var destination: String
        package var state: State
        /// When it was told, or until when it waits.
        package var at: Date?
        package var reason: String
    }

    package private(set) var lines: [Line]
    /// Destinations that are told nothing and have no line, since there are many: those with a line are nearer.
    package let unlisted: Int

    /// How many destinations that are told nothing, and were to be told nothing, have a line.
    package static let mostStrangers = 20

    /// - Parameters:
    ///   - story: The finding with what happened to it.
    ///   - explanation: Of its last observation, by the rules that decided it.
    ///   - destinations: Those of the rules in force, which are named even if they are told nothing.
    package init(story: FindingStory, explanation: Explanation?, destinations: [String]) {
        var lines: [String: Line] = [:]
        for observation in story.observations {
            for outcome in observation.outcomes { lines[outcome.destination] = ToldSummary.line(outcome) }
        }
        // The newest message that is still to be had, or was delivered, says more than what was decided.
        for notification in story.notifications.sorted(by: { $0.createdAt < $1.createdAt }) {
            guard let line = ToldSummary.line(notification) else { continue }
            let before = lines[notification.destination]
            guard line.state == .told || before == nil || before?.state != .held else { continue }
            lines[notification.destination] = line
        }
        let strangers = destinations.filter { lines[$0] == nil }
        let senders = explanation?.senders(strangers)
        let listed = ToldSummary.nearest(strangers, senders)
        unlisted = strangers.count - listed.count
        for name in listed {
            let reason = senders?.whyNot(name) ?? "No rule that matched names it."
            lines[name] = Line(destination: name, state: .never, at: nil, reason: reason)
        }
        self.lines = lines.values.sorted {
            ($0.state, $0.at ?? .distantFuture, $0.destination) < ($1.state, $1.at ?? .distantFuture, $1.destination)
        }
    }

    /// Those that were nearly told: by the fewest conditions that do not hold, and as they are written.
    private static func nearest(_ names: [String], _ senders: Explanation.Senders?) -> [String] {
        guard names.count > mostStrangers else { return names }
        let ranked = names.enumerated().map { place, name in
            (distance: senders?.distance(to: name) ?? .max, place: place, name: name)
        }
        return ranked.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(mostStrangers).map(\.name)
    }

    private static func line(_ outcome: ObservationRecord.Outcome) -> Line {
        let rule = "Rule “\(outcome.rule)”"
        if let held = outcome.held {
            let by = outcome.heldBy.map { " (\($0))" } ?? ""
            return Line(
                destination: outcome.destination,
                state: .never,
                at: nil,
                reason: "\(rule), \(outcome.transition.rawValue): \(HeldReason(rawValue: held)?.words ?? held)\(by)."
            )
        }
        if let item = outcome.itemState, item.notification == nil {
            return Line(
                destination: outcome.destination,
                state: .held,
                at: item.until,
                reason: "\(rule) tells it with others (\(item.kind))."
            )
        }
        return Line(
            destination: outcome.destination,
            state: .notYet,
            at: nil,
            reason: "\(rule), \(outcome.transition.rawValue)."
        )
    }

    private static func line(_ notification: Notification) -> Line? {
        let rule = "Rule “\(notification.content.rule)”, \(notification.content.transition.rawValue)"
        let tries = notification.attempts == 1 ? "1 try" : "\(notification.attempts) tries"
        switch notification.state {
        case .delivered:
            return Line(
                destination: notification.destination,
                state: .told,
                at: notification.createdAt,
                reason: "\(rule); delivered with \(tries)."
            )
        case .pending, .sending:
            return Line(
                destination: notification.destination,
                state: .notYet,
                at: notification.dueAt,
                reason: "\(rule); \(notification.attempts == 0 ? "queued, not tried yet" : "\(tries) so far")."
            )
        case .dead:
            return Line(
                destination: notification.destination,
                state: .failed,
                at: nil,
                reason: "\(rule); given up: \(notification.deadReason ?? "no reason is kept")."
            )
        // What took its place has a line of its own.
        case .diverted, .folded: return nil
        }
    }
}

extension HeldReason {
    /// Why no message was due, for a person.
    var words: String {
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
