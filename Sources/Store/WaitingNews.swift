package import Findings
package import FoundationEssentials
package import Triage

/// What waits together to be told at one destination: for its group, a digest, a window, the end of a silence or of a storm.
package struct WaitingNews: Sendable, Hashable {
    package var kind: Kind
    package var destination: String
    /// The rules that sent it there, in alphabetical order; at least one.
    package var rules: [String]
    /// What a group's alerts have in common.
    package var labels: [AlertGroup.Label]
    /// In words: the window, or the silence's reason.
    package var reason: String?
    /// The silence that hides it.
    package var silence: String?
    /// When it is told; `nil` when that depends on something else than time.
    package var dueAt: Date?
    /// When the oldest of it was received.
    package var since: Date
    /// How many pieces of news, 1 or more.
    package var count: Int
    /// Of the most severe.
    package var severity: Severity
    /// What tells it from everything else that waits.
    package var identity: String

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case group, digest, window, silence, storm

        /// - Parameter kind: Of the group in which news waits.
        package init(_ kind: AlertGroup.Word) {
            self =
                switch kind {
                case .group, .release: .group
                case .held: .window
                case .digest: .digest
                case .silence: .silence
                case .storm: .storm
                }
        }
    }

    package init(
        kind: Kind,
        destination: String,
        rules: [String],
        labels: [AlertGroup.Label] = [],
        reason: String? = nil,
        silence: String? = nil,
        dueAt: Date?,
        since: Date,
        count: Int,
        severity: Severity,
        identity: String
    ) {
        self.kind = kind
        self.destination = destination
        self.rules = rules
        self.labels = labels
        self.reason = reason
        self.silence = silence
        self.dueAt = dueAt
        self.since = since
        self.count = count
        self.severity = severity
        self.identity = identity
    }

    /// The place in a listing: what is due first stands first, what has no moment last.
    package var sortKey: (due: Double, tie: Int64) {
        (dueAt?.timeIntervalSinceReferenceDate ?? .greatestFiniteMagnitude, Fingerprint.word(of: identity))
    }
}

/// Which waiting news is meant; every given field must hold, and counts are of what holds.
package struct WaitingFilter: Sendable, Hashable {
    package var kind: WaitingNews.Kind?
    package var destination: String?
    package var rule: String?

    package init(kind: WaitingNews.Kind? = nil, destination: String? = nil, rule: String? = nil) {
        self.kind = kind
        self.destination = destination
        self.rule = rule
    }
}
