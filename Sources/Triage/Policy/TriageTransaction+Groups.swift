import Findings
import FoundationEssentials
import Routing

/// A rule's group, and what a mute window held back.
extension TriageTransaction {
    mutating func tellGroup(_ turn: Turn, change: inout TotalsChange) throws -> Int {
        var group = turn.group
        let terms = turn.routed.terms
        guard group.dueAt.map({ $0 <= turn.now }) ?? false else { return try remind(turn, change: &change) }
        let waiting = try waiting(in: group.number, limit: Turn.mostItems)
        var free: [(item: WaitingItem, place: Place)] = []
        var postponed: Date?
        for entry in waiting {
            if try hide(entry.item, at: entry.place, turn, change: &change) { continue }
            if let until = terms.mutes.compactMap({ $0.until(entry.item.severity, at: turn.now) }).max() {
                postponed = min(postponed ?? until, until)
            } else {
                free.append(entry)
            }
        }
        var count = 0
        if free.isEmpty == false {
            count = try tell(free, turn, change: &change)
            let told = free.count { $0.item.transition != .resolved }
            group.flush(
                terms: terms.group,
                wantsReminders: terms.notify.contains(.reminder),
                open: try activeCount(in: group.number, upTo: told + 1),
                told: told,
                now: turn.now
            )
        } else {
            group.dueAt = nil
        }
        if let postponed { group.dueAt = postponed }
        if waiting.count == Turn.mostItems, free.isEmpty == false { group.dueAt = turn.now }
        try settle(group)
        return count
    }

    /// Holds an item back that waited while somebody silenced it; a rise that breaks the silence and an end are told.
    mutating func hide(
        _ item: WaitingItem,
        at place: Place,
        _ turn: Turn,
        change: inout TotalsChange
    ) throws -> Bool {
        guard turn.silences.isEmpty == false, item.transition != .resolved else { return false }
        let finding = try finding(at: place)
        guard var alert = try alert(at: place, finding: finding.key, destination: item.destination),
            alert.waiting?.item == item.number, let silence = try silence(hiding: alert, finding, turn),
            item.transition != .raised || silence.breaksOnRaise == false,
            let units = try withdraw(item: item.number)
        else { return false }
        change.move(units, from: .pending, to: .held(.silenced))
        alert.waiting = nil
        alert.held = Alert.Held(reason: .silenced, by: silence.silence, severity: item.severity)
        try save(alert, at: place)
        return true
    }

    /// Tells items of a group: one by itself, or several in one message.
    mutating func tell(
        _ entries: [(item: WaitingItem, place: Place)],
        _ turn: Turn,
        change: inout TotalsChange
    ) throws -> Int {
        let group = turn.group
        let foldable = entries.allSatisfy { Storm.folds($0.item.severity, $0.item.transition) }
        if foldable, let first = entries.first?.item,
            let storm = try storm(at: group.name.destination, telling: first.severity, first.transition)
        {
            for entry in entries { try move(item: entry.item.number, to: storm.number) }
            return 0
        }
        var told: [(item: WaitingItem, place: Place, alert: Alert)] = []
        var known: Severity?
        for (item, place) in entries {
            let key = try finding(at: place).key
            guard var alert = try alert(at: place, finding: key, destination: group.name.destination) else {
                told.append((item, place, Alert(telling: item, of: key)))
                continue
            }
            if told.isEmpty { known = alert.notifiedSeverity }
            alert.announce(item.transition, severity: item.severity)
            if alert.status == .resolved || group.name.kind == .held || group.name.isOfPages { alert.group = nil }
            try save(alert, at: place)
            told.append((item, place, alert))
        }
        guard let lead = told.first else { return 0 }
        var alert = lead.alert
        alert.severity = lead.item.severity
        let units = told.reduce(0) { $0 + $1.item.units }
        var bundle: Notification.Bundle?
        if told.count > 1 {
            let listed = try told.prefix(Notification.Bundle.mostItems).map { try listing($0.item, at: $0.place) }
            bundle = Notification.Bundle(
                occasion: group.name.kind == .held ? .held : .group,
                items: listed,
                total: told.count,
                counts: try counts(of: told.map { ($0.item, $0.place) }),
                group: group.labels.map { .init(name: $0.name, value: $0.value) },
                reason: group.reason
            )
        }
        let isConversation = group.name.kind == .group && group.name.isOfPages == false
        let ids = try queueEach(
            lead.item.transition,
            alert,
            receivedAt: lead.item.receivedAt,
            to: turn.routed,
            thread: isConversation || told.count > 1 ? thread(of: group) : thread(of: lead.alert, at: lead.place),
            turn: isConversation || told.count > 1 ? -group.number : problemNumber(at: lead.place),
            units: own(units, turn.routed, &change),
            known: known,
            bundle: bundle,
            at: lead.place,
            now: turn.now
        )
        try tell(told.map(\.item.number), in: ids[0])
        return ids.count
    }
}
