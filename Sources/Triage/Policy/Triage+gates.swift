package import Findings
package import FoundationEssentials
package import Routing

extension Triage {
    /// What stands between a piece of news and its message.
    package struct Gates: Sendable, Hashable {
        /// The silences whose matchers accept the finding.
        package var silences: [SilenceMatch]
        /// The most severe active alert about the same thing, when the rule has an `unless`.
        package var inhibitor: Inhibitor?

        package init(silences: [SilenceMatch] = [], inhibitor: Inhibitor? = nil) {
            self.silences = silences
            self.inhibitor = inhibitor
        }
    }

    /// An active alert that may hold others back.
    package struct Inhibitor: Sendable, Hashable {
        package var finding: FindingKey
        package var severity: Severity

        package init(finding: FindingKey, severity: Severity) {
            self.finding = finding
            self.severity = severity
        }
    }

    /// What becomes of an observation at a destination.
    package struct Judgement: Sendable, Hashable {
        /// To store, unless the observation is stale; an announcement is not yet noted in it.
        package var alert: Alert
        /// What the observation meant.
        package var transition: Transition
        package var disposition: Disposition
        /// What waited and is needless now.
        package var withdrawn: Alert.Waiting?

        package enum Disposition: Sendable, Hashable {
            /// A message is due. While a mute window holds it back, not before that ends.
            case announce(notBefore: Date?)
            /// No message, for this reason; `by` names what holds it.
            case held(HeldReason, by: String?)
        }
    }

    /// Decides whether news may be announced.
    ///
    /// The end of what was announced passes silences and inhibition, and a mute window only delays it. A rise in severity
    /// passes a silence that does not say otherwise.
    ///
    /// - Parameters:
    ///   - reading: What ``read(alert:key:state:observedAt:routed:version:receivedAt:)`` found.
    ///   - terms: Of the rule that sends.
    ///   - gates: What could stand in the way.
    ///   - now: For silences and windows.
    /// - Returns: What becomes of the observation.
    package static func judge(_ reading: Reading, terms: Rule.Terms, gates: Gates, now: Date) -> Judgement {
        var judgement = Judgement(
            alert: reading.alert,
            transition: reading.transition,
            disposition: .announce(notBefore: nil),
            withdrawn: reading.withdrawn
        )
        guard reading.isNews else {
            switch reading.transition {
            case .stale: judgement.disposition = .held(.stale, by: nil)
            case .acknowledged: judgement.disposition = .held(.acknowledged, by: nil)
            case .resolved:
                judgement.alert.held = nil
                judgement.disposition = .held(.resolvedUnannounced, by: nil)
            default:
                judgement.disposition = .held(.refreshed, by: nil)
                // What was held back is no news any more: it is again what readers know.
                if reading.alert.severityOnceTold != nil { judgement.alert.held = nil }
            }
            return judgement
        }
        guard let held = hold(reading, terms, gates, now) else {
            let until = terms.mutes.compactMap { $0.until(reading.alert.severity, at: now) }.max()
            judgement.disposition = .announce(notBefore: until)
            return judgement
        }
        judgement.disposition = .held(held.reason, by: held.by)
        switch reading.transition {
        // Whoever is not told of the end is not told of it later either.
        case .resolved: judgement.alert.notifiedSeverity = nil
        case .acknowledged: break
        default:
            if let before = reading.before, before.status == .active, let known = before.held,
                known.reason == held.reason, reading.alert.severity <= known.severity
            {
                judgement.transition = .refreshed
                judgement.disposition = .held(.refreshed, by: nil)
            }
            // What was held for one reason stays held until another applies, at the highest severity that was.
            judgement.alert.held = held
        }
        return judgement
    }

    private static func hold(_ reading: Reading, _ terms: Rule.Terms, _ gates: Gates, _ now: Date) -> Alert.Held? {
        let alert = reading.alert
        func held(_ reason: HeldReason, by: String? = nil) -> Alert.Held {
            let severity = alert.held.map { $0.reason == reason ? max($0.severity, alert.severity) : alert.severity }
            return Alert.Held(reason: reason, by: by, severity: severity ?? alert.severity)
        }
        // What an opening has become in the meantime is still wanted where openings are.
        let wanted = reading.withdrawn == nil ? reading.transition : alert.told(reading.transition)
        guard terms.notify.contains(wanted) else {
            return held(wanted == .acknowledged ? .acknowledged : .notInNotify)
        }
        guard reading.transition != .resolved else { return nil }
        let silences = gates.silences.filter { silence in
            silence.covers(alert.destination, at: now) && (isRise(reading) == false || silence.breaksOnRaise == false)
        }
        if let silence = silences.max(by: { ($0.endsAt, $0.silence) < ($1.endsAt, $1.silence) }) {
            return held(.silenced, by: silence.silence)
        }
        if let inhibitor = gates.inhibitor, inhibitor.severity > alert.severity {
            return held(.inhibited, by: inhibitor.finding.rawValue)
        }
        if let drop = terms.mutes.first(where: { $0.action == .drop && $0.until(alert.severity, at: now) != nil }) {
            return held(.muted, by: drop.reason)
        }
        return nil
    }

    /// Whether it is more severe than what readers know, or than what a silence hid.
    private static func isRise(_ reading: Reading) -> Bool {
        if reading.transition == .raised { return true }
        guard let held = reading.before?.held, held.reason == .silenced else { return false }
        return reading.alert.severity > held.severity
    }
}
