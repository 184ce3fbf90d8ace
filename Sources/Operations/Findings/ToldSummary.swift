import Findings
package import FoundationEssentials
package import Routing
package import Store
import Triage

/// Who knows of a finding, who does not yet, and who never will: one line for each destination.
package struct ToldSummary {
    package enum State: Int, Sendable, Hashable, Comparable {
        case told, notYet, held, handedOn, failed, never

        package var words: String {
            switch self {
            case .told: "told"
            case .notYet: "not yet"
            case .held: "waits"
            case .handedOn: "handed on"
            case .failed: "could not be told"
            case .never: "not told"
            }
        }

        /// What leads from the words to the moment.
        package var beforeMoment: String {
            switch self {
            case .told, .handedOn: " at"
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
        /// The message that could be tried at once; `nil` where there is none, or a try is due anyway.
        package var delivery: String?
    }

    /// What is known beside the story.
    package struct Surroundings: Sendable {
        /// What the lanes do now.
        package var lanes: [LaneStatus]
        /// When messages were delivered, by their ids.
        package var delivered: [String: Date]
        package var now: Date

        /// - Parameters:
        ///   - lanes: What the lanes do now.
        ///   - deliveries: Messages of the story with their attempts; what is missing was delivered when it was queued.
        ///   - now: The moment.
        package init(lanes: [LaneStatus], deliveries: [NotificationRecord], now: Date) {
            self.lanes = lanes
            self.now = now
            delivered = deliveries.reduce(into: [:]) { moments, record in
                moments[record.notification.id] = record.attempts.last { $0.verdict == .delivered }?.finishedAt
            }
        }
    }

    package private(set) var lines: [Line]
    /// Destinations that are told nothing and have no line, since there are many: those with a line are nearer.
    package let unlisted: Int

    /// How many destinations that are told nothing, and were to be told nothing, have a line.
    package static let mostStrangers = 20

    /// - Parameters:
    ///   - story: The finding with what happened to it.
    ///   - surroundings: What is known beside it.
    ///   - explanation: Of its last observation, by the rules that decided it.
    ///   - destinations: Those of the rules in force, which are named even if they are told nothing.
    package init(
        story: FindingStory,
        _ surroundings: Surroundings,
        explanation: Explanation?,
        destinations: [String]
    ) {
        var lines: [String: Line] = [:]
        for observation in story.observations {
            for outcome in observation.outcomes { lines[outcome.destination] = ToldSummary.line(outcome) }
        }
        // The newest message that is still to be had, or was delivered, says more than what was decided.
        for notification in story.notifications.sorted(by: { $0.createdAt < $1.createdAt }) {
            let line = ToldSummary.line(notification, in: story, surroundings)
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
}
