package import FoundationEssentials
package import Triage

/// Where a finding's alert stands at one destination.
package struct AlertStanding: Sendable, Hashable {
    package var destination: String
    package var state: State
    /// What its news waits for; `nil` where it waits for no group.
    package var waitsFor: AlertGroup.Word?
    /// Until when that is, as far as it is known.
    package var until: Date?
    /// The id of the silence that hides it.
    package var silence: String?

    package init(
        destination: String,
        state: State,
        waitsFor: AlertGroup.Word? = nil,
        until: Date? = nil,
        silence: String? = nil
    ) {
        self.destination = destination
        self.state = state
        self.waitsFor = waitsFor
        self.until = until
        self.silence = silence
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        /// The newest message about it was delivered, here or at the fallback, or it was told in a summary.
        case told
        /// Its message is queued, waits with others for theirs, or for an alert that inhibits it.
        case waiting
        /// Its newest message was given up.
        case failed
        /// A silence hides it.
        case silenced
        /// No message was due: the rule does not announce such news, or a mute window dropped it.
        case untold
    }
}

/// What became of a finding, in one word.
package enum FindingFate: String, Sendable, Hashable, CaseIterable {
    /// Every destination that its rules name knows.
    case told
    /// Some know, and some do not.
    case partly
    /// Nobody knows yet, and somebody will.
    case waiting
    /// Nobody knows, and a message was given up.
    case failed
    /// Nobody knows while a silence hides it.
    case silenced
    /// It was routed, and no message was due.
    case untold
    case suppressed
    /// No rule sends it anywhere.
    case unrouted

    /// - Parameters:
    ///   - disposition: Of the last observation.
    ///   - standings: One for each destination at which an alert is kept.
    package init(disposition: String, standings: [AlertStanding]) {
        let states = Set(standings.map(\.state))
        switch disposition {
        case "suppressed": self = .suppressed
        case "routed": self = FindingFate(states)
        default: self = .unrouted
        }
    }

    private init(_ states: Set<AlertStanding.State>) {
        if states == [.told] {
            self = .told
        } else if states.contains(.told) {
            self = .partly
        } else if states.contains(.waiting) {
            self = .waiting
        } else if states.contains(.failed) {
            self = .failed
        } else {
            self = states.contains(.silenced) ? .silenced : .untold
        }
    }
}
