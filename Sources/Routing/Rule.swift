package import Findings

/// A named entry of routes.json: when it matches, and what then happens.
package struct Rule: Sendable, Hashable {
    /// Unique in its document.
    package var name: String
    package var description: String?
    package var when: Condition
    /// Names of destinations, in the order written.
    package var send: [String]
    /// Why findings that match are not to be sent; a rule has either this or `send`.
    package var suppress: String?
    /// Whether the rules after this one are left unread when it matches. A suppressing rule always stops.
    package var stop: Bool
    package var terms: Terms
    /// Whether it is read at all; one that is off stands in its place for when it is wanted again.
    package var isEnabled: Bool

    package init(
        name: String,
        description: String? = nil,
        when: Condition,
        send: [String] = [],
        suppress: String? = nil,
        stop: Bool = false,
        terms: Terms = Terms(),
        isEnabled: Bool = true
    ) {
        self.name = name
        self.description = description
        self.when = when
        self.send = send
        self.suppress = suppress
        self.stop = stop
        self.terms = terms
        self.isEnabled = isEnabled
    }

    /// On what terms a rule sends: which changes are worth a message, how messages are put together, and when.
    package struct Terms: Sendable, Hashable {
        /// The transitions that are announced.
        package var notify: Set<Transition>
        /// Whether `updated` stands for every kind of finding, since somebody wrote it, and not only for those whose updates
        /// carry news.
        package var updatesOfEveryKind: Bool
        package var group: Group?
        /// When nothing is announced: the rule's own windows before the destination's.
        package var mutes: [Mute]
        /// Under what condition the rule's alerts are held back.
        package var unless: Inhibition?
        /// The summary that everything goes into, in place of messages of its own.
        package var digest: DigestSchedule?

        package init(
            notify: Set<Transition> = Transition.announcedByDefault,
            updatesOfEveryKind: Bool = false,
            group: Group? = nil,
            mutes: [Mute] = [],
            unless: Inhibition? = nil,
            digest: DigestSchedule? = nil
        ) {
            self.notify = notify
            self.updatesOfEveryKind = updatesOfEveryKind
            self.group = group
            self.mutes = mutes
            self.unless = unless
            self.digest = digest
        }

        /// Whether an update of an open alert of this kind that brings new text is announced.
        package func tellsUpdates(of kind: FindingKind) -> Bool {
            notify.contains(.updated) && (updatesOfEveryKind || kind.updatesCarryNews)
        }
    }

    /// How alerts share messages.
    package struct Group: Sendable, Hashable {
        /// Names of normalised fields, see `Finding.values(of:)`; none puts everything of a rule into one group.
        package var by: [String]
        /// Whether every alert is a group of its own (`"by": "all"`); `by` is empty then.
        package var isEach: Bool
        package var wait: Duration
        package var interval: Duration
        package var `repeat`: Duration?

        package init(by: [String], isEach: Bool = false, wait: Duration, interval: Duration, repeat: Duration?) {
            self.by = by
            self.isEach = isEach
            self.wait = wait
            self.interval = interval
            self.repeat = `repeat`
        }
    }
}

/// What an observation means for an alert: exactly one of these.
package enum Transition: String, Sendable, Hashable, Codable, CaseIterable {
    /// First seen, active.
    case opened
    /// Active, and more severe than last notified.
    case raised
    /// Active, and less severe than last notified.
    case lowered
    /// Active after it was resolved.
    case reopened
    /// Active as before, with a text that brings news.
    case updated
    /// It was notified, and now it is gone.
    case resolved
    /// Somebody upstream took note.
    case acknowledged
    /// Nothing that matters changed.
    case refreshed
    /// Older than what is known.
    case stale
    /// Still active after the time that a group's `repeat` gives; never the outcome of an observation.
    case reminder

    /// What is announced when a rule does not say otherwise.
    package static let announcedByDefault: Set<Transition> = [
        .opened, .raised, .reopened, .updated, .resolved, .reminder,
    ]
}
