package import Findings
package import FoundationEssentials
package import Routing

/// Alerts that share messages at one destination, and the moments at which those are due.
package struct AlertGroup: Sendable, Hashable {
    /// Given by the store, 1 or more; never given twice.
    package var number: Int64
    package var name: Name
    /// What its alerts have in common: names and values of the rule's `by`.
    package var labels: [Label]
    package var createdAt: Date
    /// When it was last told of: the ticks of its interval are counted from here.
    package var flushedAt: Date?
    /// When what waits is told; `nil` when nothing waits.
    package var dueAt: Date?
    /// When its readers are reminded of what is still active.
    package var remindAt: Date?
    /// In words: why it exists, for a silence or a window.
    package var reason: String?
    /// Alerts told of so far, for a storm; how far a release has come.
    package var told: Int
    package init(
        number: Int64 = 0,
        name: Name,
        labels: [Label] = [],
        createdAt: Date,
        flushedAt: Date? = nil,
        dueAt: Date? = nil,
        remindAt: Date? = nil,
        reason: String? = nil,
        told: Int = 0
    ) {
        self.number = number
        self.name = name
        self.labels = labels
        self.createdAt = createdAt
        self.flushedAt = flushedAt
        self.dueAt = dueAt
        self.remindAt = remindAt
        self.reason = reason
        self.told = told
    }

    /// What a group is known by: never the text of a rule's condition, so that editing a rule keeps its groups.
    package struct Name: Sendable, Hashable {
        package var kind: Kind
        package var destination: String
        /// The rule's name; empty for what is a matter of the destination alone.
        package var rule: String
        /// The values of the rule's `by`, the id of a silence, or what else tells groups of a kind apart.
        package var key: String

        package init(kind: Kind, destination: String, rule: String = "", key: String = "") {
            self.kind = kind
            self.destination = destination
            self.rule = rule
            self.key = key
        }

        /// Whether it only waits for the other pages of one message, and is no conversation of its own.
        package var isOfPages: Bool { kind == .group && key.hasPrefix(Name.pages) }

        /// Begins no key that values are put together to.
        fileprivate static let pages = "pages/"
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A rule's `group`.
        case group
        /// What a mute window holds back, of a rule without `group`.
        case held
        /// What a digest will tell.
        case digest
        /// What a silence hid, when it ends.
        case silence
        /// What came in a storm.
        case storm
        /// What an inhibiting alert held back, to be looked at again.
        case release
    }

    package struct Label: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The earliest moment at which something is due.
    package var nextAt: Date? { [dueAt, remindAt].compactMap(\.self).min() }
}

extension AlertGroup {
    /// The group of a finding under a rule's terms.
    ///
    /// - Parameters:
    ///   - terms: `by` and `all`.
    ///   - finding: Gives the values.
    ///   - problem: The number of the problem it reports, for groups of one alert each.
    ///   - destination: Where the group's messages go.
    ///   - rule: The name of the rule that sends.
    ///   - now: When the group came to be, if it is new.
    package init(
        _ terms: Rule.Group,
        finding: Finding,
        problem: Int64,
        destination: String,
        rule: String,
        now: Date
    ) {
        var labels: [Label] = []
        var key = String(problem)
        if terms.isEach == false {
            labels = terms.by.map { Label(name: $0, value: finding.values(of: $0).joined(separator: ", ")) }
            // With lengths, so that no value can imitate two.
            key = labels.map { "\($0.name)=\($0.value.utf8.count):\($0.value)" }.joined(separator: ";")
        }
        self.init(
            name: Name(kind: .group, destination: destination, rule: rule, key: key),
            labels: labels,
            createdAt: now
        )
    }

    /// Something is put into a rule's group: when is it told?
    ///
    /// As Alertmanager's dispatcher does: the first message waits for `wait`, counted from when the first alert was
    /// received; later ones wait for the next tick of `interval`. A rise in severity passes any wait.
    package mutating func add(_ transition: Transition, receivedAt: Date, terms: Rule.Group, now: Date) {
        let due: Date
        if transition == .raised {
            due = now
        } else if let flushedAt {
            let interval = max(1, terms.interval.seconds)
            let ticks = max(1, (now.timeIntervalSince(flushedAt) / interval).rounded(.up))
            due = flushedAt.addingTimeInterval(ticks * interval)
        } else {
            due = max(now, receivedAt.addingTimeInterval(terms.wait.seconds))
        }
        dueAt = min(dueAt ?? due, due)
    }

    /// Its readers are told of what changed in it.
    ///
    /// A message names what changed, not all that is open: only one that named all of that puts the reminder off.
    ///
    /// - Parameters:
    ///   - terms: The rule's `group`, `nil` when it has none any more.
    ///   - wantsReminders: Whether the rule's `notify` has reminders.
    ///   - open: How much is active in it and known to its readers, as far as it was counted.
    ///   - told: How much of that they were told of now.
    ///   - now: The moment.
    package mutating func flush(terms: Rule.Group?, wantsReminders: Bool, open: Int, told: Int, now: Date) {
        flushedAt = now
        dueAt = nil
        let before = open > told ? remindAt : nil
        remindAt = nil
        guard open > 0, wantsReminders, let reminder = terms?.repeat else { return }
        let next = now.addingTimeInterval(reminder.seconds)
        remindAt = before.map { min($0, next) } ?? next
    }
}

extension AlertGroup {
    /// Where a message waits for its other pages, under a rule that has no groups.
    ///
    /// - Parameters:
    ///   - problem: The number of the problem it reports.
    ///   - destination: Where it goes.
    ///   - rule: The name of the rule that sends.
    ///   - now: When the group came to be, if it is new.
    package init(ofPagesAbout problem: Int64, destination: String, rule: String, now: Date) {
        let name = Name(kind: .group, destination: destination, rule: rule, key: "\(Name.pages)\(problem)")
        self.init(name: name, createdAt: now)
    }

    /// Pages follow one another within seconds: a message with the resources of all is worth so long a wait, in seconds.
    package static let waitForPages = 10.0
}

extension Duration {
    /// In seconds.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
