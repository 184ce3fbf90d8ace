import Findings
import FoundationEssentials
import Routing

/// Something that is to be told.
struct Announcement {
    var transition: Transition
    var receivedAt: Date
    /// The end of the mute window that holds it back.
    var notBefore: Date?
    /// Its share of the totals.
    var units: Int
}

extension TriageTransaction {
    /// Queues the message, or puts the news where its message will come from.
    mutating func announce(
        _ announcement: Announcement,
        _ alert: inout Alert,
        of finding: Finding,
        _ routed: Decision.Routed,
        about subject: Subject,
        now: Date,
        outcome: inout ObservationRecord.Outcome,
        change: inout TotalsChange
    ) throws {
        if let schedule = routed.terms.digest {
            let name = AlertGroup.Name(word: .digest, destination: routed.destination, rule: routed.digestRule)
            var group =
                try group(name)
                ?? insert(AlertGroup(kind: .digest, destination: name.destination, rule: name.rule, createdAt: now))
            reschedule(&group, by: schedule, now: now)
            save(group)
            outcome.item = put(announcement, &alert, into: group, about: subject)
        } else if let terms = routed.terms.group {
            var group = AlertGroup(
                terms,
                finding: finding,
                problem: subject.problem,
                destination: routed.destination,
                rule: routed.rule,
                now: now
            )
            group = try self.group(group.name) ?? insert(group)
            let due = group.dueAt
            group.add(announcement.transition, receivedAt: announcement.receivedAt, terms: terms, now: now)
            if let notBefore = announcement.notBefore {
                // What waits already does not wait for what a window holds back.
                group.dueAt = [due, group.dueAt.map { max($0, notBefore) }].compactMap(\.self).min()
            }
            save(group)
            outcome.item = put(announcement, &alert, into: group, about: subject)
        } else if finding.pages.map({ $0.isComplete == false }) ?? false, announcement.notBefore == nil {
            var group = AlertGroup(
                ofPagesAbout: subject.problem,
                destination: routed.destination,
                rule: routed.rule,
                now: now
            )
            group = try self.group(group.name) ?? insert(group)
            group.dueAt = group.dueAt ?? now.addingTimeInterval(AlertGroup.waitForPages)
            save(group)
            outcome.item = put(announcement, &alert, into: group, about: subject)
        } else if let notBefore = announcement.notBefore {
            let reason = routed.terms.mutes.first { $0.until(alert.severity, at: now) != nil }?.reason
            let new = AlertGroup(
                kind: .held(reason: reason),
                destination: routed.destination,
                rule: routed.rule,
                createdAt: now
            )
            var group = try group(new.name) ?? insert(new)
            group.dueAt = min(group.dueAt ?? notBefore, notBefore)
            group.kind = new.kind
            save(group)
            outcome.item = put(announcement, &alert, into: group, about: subject)
        } else if let storm = try storm(
            at: routed.destination,
            telling: alert.severity,
            announcement.transition
        ) {
            outcome.item = put(announcement, &alert, into: storm, about: subject)
        } else {
            let told = alert.told(announcement.transition)
            let known = alert.notifiedSeverity
            alert.announce(announcement.transition, severity: alert.severity)
            alert.group = nil
            outcome.notifications = queueEach(
                AnnouncedFacts(of: alert, told, receivedAt: announcement.receivedAt),
                to: routed,
                thread: thread(ofProblem: subject.problem, openedAt: alert.openedAt),
                orderingKey: subject.problem,
                units: announcement.units,
                known: known,
                about: subject,
                now: now
            )
        }
    }

    /// Has a digest told when its schedule says so, which may have been edited since it was set; one that is due already is
    /// told now.
    func reschedule(_ group: inout AlertGroup, by schedule: DigestSchedule, now: Date) {
        if let due = group.dueAt, due <= now { return }
        group.dueAt = schedule.next(after: now)
    }

    /// Puts news into a group; the alert learns what that makes of it.
    mutating func put(
        _ announcement: Announcement,
        _ alert: inout Alert,
        into group: AlertGroup,
        about subject: Subject
    ) -> Int64 {
        let told = alert.told(announcement.transition)
        if group.name.word != .storm { alert.group = group.number }
        var item = WaitingItem(
            group: group.number,
            alert: alert,
            transition: told,
            receivedAt: announcement.receivedAt,
            units: announcement.units
        )
        item.number = put(item, about: subject)
        alert.held = nil
        alert.waiting = Alert.Waiting(item: item.number, transition: told, severity: alert.severity)
        return item.number
    }

    /// Queues one message per recipient; `units` are those of all of them together, and each gets its share.
    ///
    /// Returns their ids.
    mutating func queueEach(
        _ facts: AnnouncedFacts,
        to routed: Decision.Routed,
        thread: String,
        orderingKey: Int64,
        units: Int,
        known: Severity? = nil,
        bundle: Notification.Bundle? = nil,
        about subject: Subject,
        now: Date
    ) -> [String] {
        let recipients = routed.messages
        var facts = facts
        // An end is told as the end of what its readers know; a control that passed is INFORMATIONAL by then.
        if facts.transition == .resolved, let known { facts.severity = known }
        return recipients.enumerated().map { index, recipient in
            let share = units / recipients.count + (index < units % recipients.count ? 1 : 0)
            let message = QueuedMessage(
                destination: routed.destination,
                recipient: recipient,
                facts: facts,
                thread: thread,
                orderingKey: orderingKey,
                units: share,
                known: known,
                bundle: bundle
            )
            return queue(message, about: subject, now: now)
        }
    }

    /// The conversation about one life of one alert.
    func thread(ofProblem problem: Int64, openedAt: Date) -> String { "a\(problem)-\(hexadecimal(openedAt))" }

    /// The conversation about a group.
    func thread(of group: AlertGroup) -> String { "g\(group.number)-\(hexadecimal(group.createdAt))" }

    private func hexadecimal(_ date: Date) -> String {
        String(Int64(max(0, date.timeIntervalSince1970) * 1000), radix: 16)
    }
}
