import Findings
import FoundationEssentials
import Routing

/// A rule's group, and what a mute window held back.
extension TriageTransaction {
    mutating func tellGroup(_ due: DueGroup, change: inout TotalsChange) throws -> Int {
        var group = due.group
        let terms = due.routed.terms
        guard group.dueAt.map({ $0 <= due.now }) ?? false else { return try remind(due, change: &change) }
        let waiting = try waiting(in: group.number, limit: DueGroup.mostItems)
        var free: [ItemRow] = []
        var postponed: Date?
        var hidden = 0
        for entry in waiting {
            if try hide(entry.item, about: entry.subject, due, change: &change) {
                hidden += 1
                continue
            }
            if let until = terms.mutes.compactMap({ $0.until(entry.item.severity, at: due.now) }).max() {
                postponed = min(postponed ?? until, until)
            } else {
                free.append(entry)
            }
        }
        var count = 0
        if free.isEmpty == false {
            count = try tell(free, due, change: &change)
            let told = free.count { $0.item.transition != .resolved }
            group.flush(
                terms: terms.group,
                wantsReminders: terms.notify.contains(.reminder),
                open: try activeCount(in: group.number, upTo: told + 1),
                told: told,
                now: due.now
            )
        } else {
            group.dueAt = nil
        }
        if let postponed { group.dueAt = postponed }
        // More waits than was looked at.
        if waiting.count == DueGroup.mostItems, free.count + hidden > 0 { group.dueAt = due.now }
        try saveOrRemove(group)
        return count
    }

    /// Holds an item back that waited while somebody silenced it; a rise that breaks the silence and an end are told.
    mutating func hide(
        _ item: WaitingItem,
        about subject: Subject,
        _ due: DueGroup,
        change: inout TotalsChange
    ) throws -> Bool {
        guard due.silences.isEmpty == false, item.transition != .resolved else { return false }
        let finding = try finding(about: subject)
        guard var alert = try alert(about: subject, finding: finding.key, destination: item.destination),
            alert.waiting?.item == item.number, let silence = try silence(hiding: alert, finding, due),
            item.transition != .raised || silence.breaksOnRaise == false,
            let units = try withdraw(item: item.number)
        else { return false }
        change.move(units, from: .pending, to: .held(.silenced))
        alert.waiting = nil
        alert.held = Alert.Held(reason: .silenced, by: silence.silence, severity: item.severity)
        save(alert, about: subject)
        return true
    }

    /// Tells items of a group: one by itself, or several in one message.
    mutating func tell(
        _ entries: [ItemRow],
        _ due: DueGroup,
        change: inout TotalsChange
    ) throws -> Int {
        let group = due.group
        let foldable = entries.allSatisfy { Storm.folds($0.item.severity, $0.item.transition) }
        if foldable, let first = entries.first?.item,
            let storm = try storm(at: group.name.destination, telling: first.severity, first.transition)
        {
            for entry in entries { move(entry, to: storm.number) }
            return 0
        }
        var told: [(row: ItemRow, facts: AnnouncedFacts)] = []
        var known: Severity?
        try preload(alertsOf: entries)
        for entry in entries {
            let (item, subject) = (entry.item, entry.subject)
            let key = try finding(about: subject).key
            guard var alert = try alert(about: subject, finding: key, destination: group.name.destination) else {
                told.append((entry, item.facts))
                continue
            }
            if told.isEmpty { known = alert.notifiedSeverity }
            alert.announce(item.transition, severity: item.severity)
            if alert.status == .resolved || group.isConversation == false { alert.group = nil }
            save(alert, about: subject)
            var facts = AnnouncedFacts(of: alert, item.transition, receivedAt: item.receivedAt)
            facts.severity = item.severity
            told.append((entry, facts))
        }
        guard let lead = told.first else { return 0 }
        let units = told.reduce(0) { $0 + $1.row.item.units }
        var bundle: Notification.Bundle?
        if told.count > 1 {
            let listed = try told.prefix(Notification.Bundle.mostItems).map { try listing($0.row) }
            bundle = Notification.Bundle(
                occasion: group.name.word == .held ? .held : .group,
                items: listed,
                total: told.count,
                counts: try counts(of: told.map(\.row)),
                group: group.labels.map { .init(name: $0.name, value: $0.value) },
                reason: group.reason
            )
        }
        let isOfGroup = group.isConversation || told.count > 1
        let own = thread(ofProblem: lead.row.subject.problem, openedAt: lead.facts.openedAt)
        let ids = queueEach(
            lead.facts,
            to: due.routed,
            thread: isOfGroup ? thread(of: group) : own,
            orderingKey: isOfGroup ? -group.number : lead.row.subject.problem,
            units: self.own(units, due.routed, &change),
            known: known,
            bundle: bundle,
            about: lead.row.subject,
            now: due.now
        )
        for entry in told { tell(entry.row, in: ids[0]) }
        return ids.count
    }
}
