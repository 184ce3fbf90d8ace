import Findings
import FoundationEssentials
import Routing
import Triage

/// The end of a silence.
extension TriageTransaction {
    /// Begins to collect what a silence hid.
    mutating func begin(_ silence: EndedSilence, now: Date) throws {
        let name = AlertGroup.Name(kind: .silence, destination: "", key: silence.id)
        let reason = "\(silence.reason) (\(silence.owner))"
        if try group(name) == nil {
            _ = try new(AlertGroup(name: name, createdAt: silence.startsAt, dueAt: now, reason: reason))
        }
        try close(silence: silence.id)
    }

    /// Collects a part of what a silence hid, by destination and rule; once all of it is collected those are told.
    mutating func tellSilence(
        _ turn: Turn,
        table: RoutingTable,
        change: inout TotalsChange
    ) throws -> Int {
        guard turn.group.name.destination.isEmpty else {
            var group = turn.group
            let mutes = turn.routed.terms.mutes
            let worst = try waiting(in: group.number, limit: 1).first?.item.severity
            if let until = worst.flatMap({ worst in mutes.compactMap { $0.until(worst, at: turn.now) }.max() }) {
                group.dueAt = until
                try save(group)
                return 0
            }
            let count = try tellEverything(turn, .silenceEnded, since: group.createdAt, change: &change)
            try remove(group)
            return count
        }
        let hidden = try alerts(silencedBy: turn.group.name.key, limit: Turn.mostHidden)
        for (stored, place) in hidden {
            var alert = stored
            if let held = alert.held, let other = try silence(hiding: alert, finding(at: place), turn) {
                // Two silences, or one that took the place of the other: what the second hides is told at its end.
                alert.held = Alert.Held(reason: .silenced, by: other.silence, severity: held.severity)
                try save(alert, at: place)
                continue
            }
            try withdraw(&alert, change: &change)
            let terms = table.terms(of: alert.destination, announcedBy: alert.rule).terms
            guard let transition = alert.news(alert.severity), terms.notify.contains(transition) else {
                alert.keepUnsaid()
                try save(alert, at: place)
                continue
            }
            let name = AlertGroup.Name(
                kind: .silence,
                destination: alert.destination,
                rule: alert.rule,
                key: turn.group.name.key
            )
            var group = AlertGroup(name: name, createdAt: turn.group.createdAt, reason: turn.group.reason)
            group = try self.group(name) ?? new(group)
            // After everything is collected: later than now by less than anybody notices.
            group.dueAt = turn.now.addingTimeInterval(1)
            try save(group)
            let kept = alert.group
            let announcement = Announcement(
                transition: transition,
                receivedAt: alert.lastSeenAt,
                units: 0
            )
            _ = try put(announcement, &alert, into: group, at: place)
            alert.group = kept
            try save(alert, at: place)
        }
        if hidden.count < Turn.mostHidden { try remove(turn.group) }
        return 0
    }
}
