import Findings
import FoundationEssentials
import Routing

/// The end of a silence.
extension TriageTransaction {
    /// Begins to collect what a silence hid.
    mutating func begin(_ silence: EndedSilence, now: Date) throws {
        let new = AlertGroup(
            kind: .silence(reason: "\(silence.reason) (\(silence.owner))"),
            destination: "",
            key: silence.id,
            createdAt: silence.startsAt,
            dueAt: now
        )
        if try group(new.name) == nil { _ = insert(new) }
        close(silence: silence.id)
    }

    /// Collects a part of what a silence hid, by destination and rule; once all of it is collected those are told.
    mutating func tellSilence(
        _ due: DueGroup,
        table: RoutingTable,
        change: inout TotalsChange
    ) throws -> Int {
        guard due.group.name.destination.isEmpty else {
            var group = due.group
            let mutes = due.routed.terms.mutes
            let worst = try waiting(in: group.number, limit: 1).first?.item.severity
            if let until = worst.flatMap({ worst in mutes.compactMap { $0.until(worst, at: due.now) }.max() }) {
                group.dueAt = until
                save(group)
                return 0
            }
            let count = try tellEverything(due, .silenceEnded, since: group.createdAt, change: &change)
            remove(group)
            return count
        }
        let hidden = try alerts(.silenced(by: due.group.name.key), limit: DueGroup.mostHidden)
        for entry in hidden {
            let subject = entry.subject
            var alert = entry.alert
            if let held = alert.held, let other = try silence(hiding: alert, finding(about: subject), due) {
                // Two silences, or one that took the place of the other: what the second hides is told at its end.
                alert.held = Alert.Held(reason: .silenced, by: other.silence, severity: held.severity)
                save(alert, about: subject)
                continue
            }
            try withdraw(&alert, change: &change)
            let routed = table.terms(of: alert.destination, announcedBy: alert.rule)
            guard let transition = alert.news(alert.severity), routed.terms.notify.contains(transition) else {
                alert.keepUnsaid()
                save(alert, about: subject)
                continue
            }
            if try hold(&alert, by: routed, about: subject, now: due.now) {
                save(alert, about: subject)
                continue
            }
            if routed.terms.digest != nil {
                try digest(transition, &alert, routed, about: subject, now: due.now, change: &change)
                continue
            }
            let until = routed.terms.mutes.compactMap { $0.until(alert.severity, at: due.now) }.max()
            // What a window holds back is told when that ends, the rest now.
            let window = until.map { "/\(Int64($0.timeIntervalSince1970))" } ?? ""
            let new = AlertGroup(
                kind: due.group.kind,
                destination: alert.destination,
                rule: alert.rule,
                key: due.group.name.key + window,
                createdAt: due.group.createdAt
            )
            var group = try self.group(new.name) ?? insert(new)
            // After everything is collected: later than now by less than anybody notices.
            group.dueAt = until ?? due.now.addingTimeInterval(1)
            save(group)
            let kept = alert.group
            let announcement = Announcement(
                transition: transition,
                receivedAt: alert.lastSeenAt,
                units: 0
            )
            _ = put(announcement, &alert, into: group, about: subject)
            alert.group = kept
            save(alert, about: subject)
        }
        if hidden.count < DueGroup.mostHidden { remove(due.group) }
        return 0
    }

    /// Holds back what something else than the silence stands before by now, as it would any news of the rule: a more severe
    /// alert, or a window that drops.
    ///
    /// - Returns: Whether it is held back.
    private mutating func hold(
        _ alert: inout Alert,
        by routed: Decision.Routed,
        about subject: Subject,
        now: Date
    ) throws -> Bool {
        func held(_ reason: HeldReason, by: String) -> Alert.Held {
            Alert.Held(reason: reason, by: by, severity: max(alert.held?.severity ?? .unknown, alert.severity))
        }
        if let unless = routed.terms.unless {
            let keys = unless.keys(of: try finding(about: subject), rule: routed.rule)
            let strongest =
                try keys.isEmpty
                ? nil : strongestSource(under: keys, besides: subject, destination: alert.destination)
            if let strongest, strongest.severity > alert.severity {
                alert.held = held(.inhibited, by: strongest.finding.rawValue)
                setHeld(keys, about: subject, destination: alert.destination)
                return true
            }
        }
        let severity = alert.severity
        guard let drop = routed.terms.mutes.first(where: { $0.action == .drop && $0.until(severity, at: now) != nil })
        else { return false }
        alert.held = held(.muted, by: drop.reason)
        return true
    }

    /// Puts what a silence hid where its rule or destination tells everything.
    private mutating func digest(
        _ transition: Transition,
        _ alert: inout Alert,
        _ routed: Decision.Routed,
        about subject: Subject,
        now: Date,
        change: inout TotalsChange
    ) throws {
        change.add(routed.units, to: .due)
        change.add(routed.units, to: .pending)
        var outcome = ObservationRecord.Outcome(
            destination: alert.destination,
            rule: alert.rule,
            transition: transition,
            held: nil,
            notifications: []
        )
        let announcement = Announcement(transition: transition, receivedAt: alert.lastSeenAt, units: routed.units)
        let finding = try finding(about: subject)
        try announce(
            announcement,
            &alert,
            of: finding,
            routed,
            about: subject,
            now: now,
            outcome: &outcome,
            change: &change
        )
        save(alert, about: subject)
    }
}
