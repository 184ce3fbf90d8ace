package import Findings
package import FoundationEssentials
package import Routing

/// Decides what an observation means for an alert: functions of their arguments alone.
package enum Triage {
    /// What an observation did to an alert, before it is asked whether anything may be said.
    package struct Reading: Sendable, Hashable {
        package var before: Alert?
        /// As it is now, apart from what becomes of the announcement.
        package var alert: Alert
        package var transition: Transition
        /// Whether there is something to say.
        package var isNews: Bool
        /// What waited and is needless now.
        package var withdrawn: Alert.Waiting?

        fileprivate mutating func withdraw() {
            withdrawn = withdrawn ?? alert.waiting
            alert.waiting = nil
        }
    }

    /// Reads one observation.
    ///
    /// - Parameters:
    ///   - alert: What is stored for this problem at this destination, `nil` when it was never seen there.
    ///   - key: The problem.
    ///   - state: Where it stands now.
    ///   - kind: What kind of finding reports it; `nil` stands for one whose updates are never news.
    ///   - hasNewText: Whether its text says what readers of the last one do not know.
    ///   - isSighting: Whether it counts as seen once more; one more page of a message does not.
    ///   - observedAt: The source's date, `nil` when it gives none.
    ///   - beganAt: When the problem began by the source's own account, `nil` when it does not say.
    ///   - routed: The destination and the terms on which it gets the finding.
    ///   - version: The version of the rules that decided.
    ///   - receivedAt: When the observation was accepted.
    /// - Returns: The alert after it, and what it meant.
    package static func read(
        alert: Alert?,
        key: FindingKey,
        state: ProblemState,
        kind: FindingKind? = nil,
        hasNewText: Bool = false,
        isSighting: Bool = true,
        observedAt: Date?,
        beganAt: Date? = nil,
        routed: Decision.Routed,
        version: Int,
        receivedAt: Date
    ) -> Reading {
        var next =
            alert
            ?? Alert(
                finding: key,
                destination: routed.destination,
                status: state.status,
                severity: state.severity,
                observedAt: observedAt ?? receivedAt,
                firstSeenAt: receivedAt,
                lastSeenAt: receivedAt,
                count: 0,
                openedAt: receivedAt,
                rule: routed.rule,
                version: version
            )
        guard state.isStale == false else {
            return Reading(before: alert, alert: next, transition: .stale, isNews: false)
        }
        next.status = state.status
        next.severity = state.severity
        next.observedAt = max(observedAt ?? receivedAt, next.observedAt)
        next.lastSeenAt = receivedAt
        if isSighting || next.count == 0 { next.count += 1 }
        next.rule = routed.rule
        next.version = version
        var reading = Reading(before: alert, alert: next, transition: .refreshed, isNews: false)
        if state.status != .resolved, next.waiting?.transition == .resolved {
            // Nobody has heard of the end, so that there is none.
            reading.withdraw()
        } else if state.status == .active, next.waiting?.transition == .acknowledged {
            // It is no longer so.
            reading.withdraw()
        }
        let tellsUpdates = kind.map { routed.terms.tellsUpdates(of: $0) } ?? false
        if tellsUpdates == false {
            reading.alert.hasUntoldText = false
        } else if hasNewText, reading.alert.waiting == nil, reading.alert.notifiedSeverity != nil {
            // What waits will be told with the new text anyway.
            reading.alert.hasUntoldText = true
        }
        switch state.status {
        case .active: readActive(&reading, terms: routed.terms)
        case .acknowledged:
            guard alert?.status != .acknowledged else { break }
            reading.transition = .acknowledged
            // What waits is told as it is, and would be lost if this took its place.
            reading.isNews = reading.alert.waiting == nil
        case .resolved: readResolved(&reading)
        }
        if alert?.status == .resolved || alert == nil, state.status != .resolved, reading.withdrawn == nil {
            reading.alert.openedAt = opened(alert, beganAt ?? observedAt, receivedAt)
        }
        return reading
    }

    /// When this life of the alert began: by the source's own clock where it tells, so that "resolved after" compares times
    /// of one clock. A later life begins when the source observed the return, not when it saw the problem for the first time.
    ///
    /// - Returns: At most `receivedAt`, and another moment than that of the life before, whose conversation is named by it.
    private static func opened(_ before: Alert?, _ told: Date?, _ receivedAt: Date) -> Date {
        guard let told, told <= receivedAt else { return receivedAt }
        if let before, told <= before.openedAt { return receivedAt }
        return told
    }

    private static func readActive(_ reading: inout Reading, terms: Rule.Terms) {
        let severity = reading.alert.severity
        guard let onceTold = reading.alert.severityOnceTold else {
            reading.transition = reading.alert.wasAnnounced ? .reopened : .opened
            reading.isNews = true
            return
        }
        if severity > onceTold {
            reading.withdraw()
            // Readers may never have heard of what it has risen from.
            let known = reading.alert.notifiedSeverity
            reading.transition =
                known.map { severity > $0 } ?? true ? .raised : severity == known ? .refreshed : .lowered
        } else if severity < onceTold, reading.alert.waiting == nil {
            reading.transition = .lowered
        }
        if reading.transition == .lowered, terms.notify.contains(.lowered) == false { reading.transition = .refreshed }
        if reading.transition == .refreshed, reading.alert.waiting == nil, reading.alert.hasUntoldText {
            reading.transition = .updated
        }
        reading.isNews = reading.transition != .refreshed
    }

    private static func readResolved(_ reading: inout Reading) {
        guard reading.before?.status != .resolved else {
            if reading.before == nil { reading.transition = .resolved }
            return
        }
        reading.transition = .resolved
        reading.isNews = reading.alert.notifiedSeverity != nil
        reading.withdraw()
        reading.alert.held = nil
        reading.alert.hasUntoldText = false
    }
}
