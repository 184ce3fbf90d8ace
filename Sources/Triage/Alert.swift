package import Findings
package import FoundationEssentials
package import Routing

/// The life of one problem at one destination.
package struct Alert: Sendable, Hashable {
    package var finding: FindingKey
    package var destination: String
    package var status: FindingStatus
    /// As last observed.
    package var severity: Severity
    /// The severity that the destination's readers know to be open; `nil` while they know of nothing that is.
    package var notifiedSeverity: Severity?
    /// Whether anything was ever announced: what opens then opens again.
    package var wasAnnounced: Bool
    /// The source's time of the newest observation, or when it was received if the source gives none.
    package var observedAt: Date
    package var firstSeenAt: Date
    package var lastSeenAt: Date
    /// Observations that were not stale, 1 or more.
    package var count: Int
    /// When it last became active.
    package var openedAt: Date
    package var rule: String
    package var version: Int
    /// The group whose messages speak of it.
    package var group: Int64?
    /// What is to be announced and waits for its group's message.
    package var waiting: Waiting?
    /// Why what there is to say is not said.
    package var held: Held?
    /// Whether a text brought news that its readers, who know it to be open, have not been told.
    package var hasUntoldText: Bool

    /// An announcement that waits.
    package struct Waiting: Sendable, Hashable {
        /// The number of the ``WaitingItem``.
        package var item: Int64
        package var transition: Transition
        package var severity: Severity

        package init(item: Int64, transition: Transition, severity: Severity) {
            self.item = item
            self.transition = transition
            self.severity = severity
        }
    }

    /// An announcement that is held back.
    package struct Held: Sendable, Hashable {
        package var reason: HeldReason
        /// What holds it: the id of a silence, the words of a mute window, the finding of an inhibiting alert.
        package var by: String?
        package var severity: Severity

        package init(reason: HeldReason, by: String?, severity: Severity) {
            self.reason = reason
            self.by = by
            self.severity = severity
        }
    }

    package init(
        finding: FindingKey,
        destination: String,
        status: FindingStatus,
        severity: Severity,
        notifiedSeverity: Severity? = nil,
        wasAnnounced: Bool = false,
        observedAt: Date,
        firstSeenAt: Date,
        lastSeenAt: Date,
        count: Int,
        openedAt: Date,
        rule: String,
        version: Int,
        group: Int64? = nil,
        waiting: Waiting? = nil,
        held: Held? = nil,
        hasUntoldText: Bool = false
    ) {
        self.finding = finding
        self.destination = destination
        self.status = status
        self.severity = severity
        self.notifiedSeverity = notifiedSeverity
        self.wasAnnounced = wasAnnounced
        self.observedAt = observedAt
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.count = count
        self.openedAt = openedAt
        self.rule = rule
        self.version = version
        self.group = group
        self.waiting = waiting
        self.held = held
        self.hasUntoldText = hasUntoldText
    }

    /// What readers will know to be open once everything that waits is said.
    package var severityOnceTold: Severity? {
        guard let waiting else { return notifiedSeverity }
        return waiting.transition == .resolved ? nil : waiting.severity
    }

    /// What a message has to say of this alert so that its readers know where it stands: an opening that they never heard
    /// of is still an opening when it has become more severe by then.
    package func told(_ transition: Transition) -> Transition {
        switch transition {
        case .raised, .lowered, .opened, .reopened, .updated:
            if notifiedSeverity != nil {
                return transition == .opened || transition == .reopened ? .raised : transition
            }
            return wasAnnounced ? .reopened : .opened
        default: return transition
        }
    }

    /// What there is to say so that readers know that the alert is open at this severity, or over.
    ///
    /// - Parameter severity: `nil` when it is over.
    /// - Returns: `nil` when they know it.
    package func news(_ severity: Severity?) -> Transition? {
        switch (notifiedSeverity, severity) {
        case (nil, nil): nil
        case (nil, _?): wasAnnounced ? .reopened : .opened
        case (_?, nil): .resolved
        case (let known?, let severity?):
            if severity > known {
                .raised
            } else if hasUntoldText {
                .updated
            } else {
                severity < known ? .lowered : nil
            }
        }
    }

    /// What was held back may be said now, and is not wanted or no news.
    package mutating func keepUnsaid() {
        hasUntoldText = false
        held = news(severity).map { _ in Held(reason: .notInNotify, by: nil, severity: severity) }
    }

    /// Readers have been told, or are about to be by a message that is queued.
    package mutating func announce(_ transition: Transition, severity: Severity) {
        waiting = nil
        // The end that is told may be that of an earlier life, and a storm's summary may tell what was before a rise that is
        // held back: what holds that goes on doing so.
        if transition != .resolved, self.severity <= severity { held = nil }
        switch transition {
        case .resolved:
            notifiedSeverity = nil
            wasAnnounced = true
            hasUntoldText = false
        case .acknowledged, .stale, .refreshed: break
        case .opened, .raised, .reopened, .lowered, .reminder, .updated:
            notifiedSeverity = severity
            wasAnnounced = true
            hasUntoldText = false
        }
    }
}
