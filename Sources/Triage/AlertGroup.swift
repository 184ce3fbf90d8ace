package import Findings
package import FoundationEssentials
package import Routing

/// Alerts that share messages at one destination, and the moments at which those are due.
package struct AlertGroup: Sendable, Hashable {
    /// Given by the store, 1 or more; never given twice.
    package var number: Int64
    package let name: Name
    /// What it is for, and what only such groups have to remember; of the kind in its name.
    package var kind: Kind
    package var createdAt: Date
    /// When it was last told of: the ticks of its interval are counted from here.
    package var flushedAt: Date?
    /// When what waits is told; `nil` when nothing waits.
    package var dueAt: Date?
    /// When its readers are reminded of what is still active.
    package var remindAt: Date?

    /// - Parameters:
    ///   - number: 0 for one that is not stored yet.
    ///   - kind: What it is for.
    ///   - destination: Where its messages go; empty for a silence whose alerts are still collected.
    ///   - rule: The rule's name; empty for what is a matter of the destination alone.
    ///   - key: What tells groups of a kind apart.
    ///   - createdAt: When it came to be.
    ///   - flushedAt: When it was last told of.
    ///   - dueAt: When what waits is told.
    ///   - remindAt: When its readers are reminded.
    package init(
        number: Int64 = 0,
        kind: Kind,
        destination: String,
        rule: String = "",
        key: String = "",
        createdAt: Date,
        flushedAt: Date? = nil,
        dueAt: Date? = nil,
        remindAt: Date? = nil
    ) {
        self.number = number
        self.kind = kind
        name = Name(word: kind.word, destination: destination, rule: rule, key: key)
        self.createdAt = createdAt
        self.flushedAt = flushedAt
        self.dueAt = dueAt
        self.remindAt = remindAt
    }

    /// What a group is known by: never the text of a rule's condition, so that editing a rule keeps its groups.
    package struct Name: Sendable, Hashable {
        package var word: Word
        package var destination: String
        /// The rule's name; empty for what is a matter of the destination alone.
        package var rule: String
        /// The values of the rule's `by`, the id of a silence, or what else tells groups of a kind apart.
        package var key: String

        package init(word: Word, destination: String, rule: String = "", key: String = "") {
            self.word = word
            self.destination = destination
            self.rule = rule
            self.key = key
        }

        /// Begins no key that values are put together to.
        fileprivate static let pages = "pages/"
    }

    /// What a kind is called in a name and in a store.
    package enum Word: String, Sendable, Hashable, CaseIterable {
        case group, held, digest, silence, storm, release
    }

    package enum Kind: Sendable, Hashable {
        /// A rule's `group`: the names and values of its `by`, which its alerts have in common.
        case group([Label])
        /// Waits for the other pages of one message, and is no conversation of its own.
        case pages
        /// What a mute window holds back, of a rule without `group`; the window's reason in words.
        case held(reason: String?)
        /// What a digest will tell.
        case digest
        /// What a silence hid, when it ends; its reason and owner in words.
        case silence(reason: String?)
        /// What came in a storm; how many alerts its summaries have told of so far.
        case storm(told: Int)
        /// What an inhibiting alert held back, to be looked at again; the problem up to which that was done.
        case release(through: Int64)

        package var word: Word {
            switch self {
            case .group, .pages: .group
            case .held: .held
            case .digest: .digest
            case .silence: .silence
            case .storm: .storm
            case .release: .release
            }
        }

        /// A kind from what a store keeps of it.
        ///
        /// - Parameters:
        ///   - word: The kind's.
        ///   - key: Of the group's name.
        ///   - labels: Of a group of a rule, empty for any other.
        ///   - reason: Of a silence or a window, `nil` for any other.
        ///   - number: See ``number``.
        package init(_ word: Word, key: String, labels: [Label], reason: String?, number: Int64) {
            switch word {
            case .group: self = key.hasPrefix(Name.pages) ? .pages : .group(labels)
            case .held: self = .held(reason: reason)
            case .digest: self = .digest
            case .silence: self = .silence(reason: reason)
            case .storm: self = .storm(told: Int(number))
            case .release: self = .release(through: number)
            }
        }

        /// The number that a store keeps for a kind: of a storm how many alerts were told of, of a release the last problem
        /// that was looked at, of any other 0.
        package var number: Int64 {
            switch self {
            case .storm(let told): Int64(told)
            case .release(let problem): problem
            case .group, .pages, .held, .digest, .silence: 0
            }
        }
    }

    /// What its alerts have in common; empty but for a group of a rule.
    package var labels: [Label] {
        guard case .group(let labels) = kind else { return [] }
        return labels
    }

    /// In words: why a silence or a window held back what waits in it.
    package var reason: String? {
        switch kind {
        case .held(let reason), .silence(let reason): reason
        case .group, .pages, .digest, .storm, .release: nil
        }
    }

    /// Whether its messages are one conversation.
    package var isConversation: Bool {
        guard case .group = kind else { return false }
        return true
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
    package var nextAt: Date? {
        guard let dueAt, let remindAt else { return dueAt ?? remindAt }
        return min(dueAt, remindAt)
    }
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
        self.init(kind: .group(labels), destination: destination, rule: rule, key: key, createdAt: now)
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
        self.init(
            kind: .pages,
            destination: destination,
            rule: rule,
            key: "\(Name.pages)\(problem)",
            createdAt: now
        )
    }

    /// Pages follow one another within seconds: a message with the resources of all is worth so long a wait, in seconds.
    package static let waitForPages = 10.0
}
