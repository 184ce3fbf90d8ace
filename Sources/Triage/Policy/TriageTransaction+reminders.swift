import Findings
import FoundationEssentials
import Routing

/// What is still open is said again.
extension TriageTransaction {
    mutating func remind(_ due: DueGroup, change: inout TotalsChange) throws -> Int {
        var group = due.group
        let terms = due.routed.terms
        guard let reminder = terms.group?.repeat, terms.notify.contains(.reminder) else {
            group.remindAt = nil
            try saveOrRemove(group)
            return 0
        }
        let open = try activeAlerts(in: group.number, limit: DueGroup.mostReminded)
        guard open.isEmpty == false else {
            group.remindAt = nil
            try saveOrRemove(group)
            return 0
        }
        var active: [FoundAlert] = []
        for entry in open where try isQuiet(entry.alert, about: entry.subject, due) == false { active.append(entry) }
        guard let lead = active.first else {
            group.remindAt = due.now.addingTimeInterval(reminder.seconds)
            save(group)
            return 0
        }
        if let until = terms.mutes.compactMap({ $0.until(lead.alert.severity, at: due.now) }).max() {
            group.remindAt = until
            save(group)
            return 0
        }
        if try storm(at: group.name.destination) != nil {
            // Not in the middle of a storm: what is still open is said when that is over.
            group.remindAt = due.now.addingTimeInterval(Storm.longestInterval)
            save(group)
            return 0
        }
        var total = active.count
        if open.count == DueGroup.mostReminded { total += try activeCount(in: group.number, upTo: .max) - open.count }
        group.flushedAt = due.now
        group.remindAt = due.now.addingTimeInterval(reminder.seconds)
        save(group)
        var bundle: Notification.Bundle?
        if total > 1 {
            let entries = active.prefix(Notification.Bundle.mostItems)
                .map { ItemRow(item: WaitingItem(reminding: $0.alert, in: group.number), subject: $0.subject) }
            bundle = Notification.Bundle(
                occasion: .reminder,
                items: try entries.map { try listing($0) },
                total: total,
                counts: try counts(of: entries),
                group: group.labels.map { .init(name: $0.name, value: $0.value) }
            )
        }
        return queueEach(
            AnnouncedFacts(of: lead.alert, .reminder, receivedAt: due.now),
            to: due.routed,
            thread: thread(of: group),
            orderingKey: -group.number,
            units: own(0, due.routed, &change),
            bundle: bundle,
            about: lead.subject,
            now: due.now
        ).count
    }

    /// Whether nobody is to be reminded of an alert, although it is open: a silence, a rule that suppresses, or a more severe
    /// alert about the same thing stands before it.
    ///
    /// The event as received is not asked for again, so that a silence with a `pattern` does not quiet a reminder.
    mutating func isQuiet(_ alert: Alert, about subject: Subject, _ due: DueGroup) throws -> Bool {
        if try disposition(about: subject) == Decision.Verdict.suppressedDisposition { return true }
        let finding = try finding(about: subject)
        if try silence(hiding: alert, finding, due) != nil { return true }
        guard let unless = due.routed.terms.unless else { return false }
        let keys = unless.keys(of: finding, rule: due.routed.rule)
        let strongest = try strongestSource(under: keys, besides: subject, destination: alert.destination)
        return strongest.map { $0.severity > alert.severity } ?? false
    }

    /// The silence in force that hides an alert, by what is stored of its finding; the one that ends last.
    mutating func silence(hiding alert: Alert, _ finding: Finding, _ due: DueGroup) throws -> SilenceMatch? {
        var last: SilenceMatch?
        for silence in due.silences.matches(finding) {
            guard let endsAt = try end(ofSilence: silence.id) else { continue }
            var match = SilenceMatch(silence)
            match.endsAt = endsAt
            guard match.covers(alert.destination, at: due.now) else { continue }
            if last.map({ $0.endsAt < endsAt }) ?? true { last = match }
        }
        return last
    }
}
