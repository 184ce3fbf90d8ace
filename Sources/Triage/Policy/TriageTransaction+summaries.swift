import Findings
import FoundationEssentials
import Routing

/// Digests, storms and whatever else tells all that waits in a group in one message.
extension TriageTransaction {
    mutating func tellDigest(_ due: DueGroup, change: inout TotalsChange) throws -> Int {
        var group = due.group
        let count = try tellEverything(due, .digest, since: group.flushedAt ?? group.createdAt, change: &change)
        group.flushedAt = due.now
        group.dueAt = nil
        try saveOrRemove(group)
        return count
    }

    mutating func tellStorm(_ due: DueGroup, change: inout TotalsChange) throws -> Int {
        var group = due.group
        let limit = due.routed.backlogLimit
        let waiting = try waitingCount(in: group.number)
        let pending = try pending(at: group.name.destination, upTo: limit ?? 1)
        let next = Storm.next(waiting: waiting, isFirst: group.flushedAt == nil, pending: pending, limit: limit)
        group.dueAt = due.now.addingTimeInterval(Storm.interval)
        var count = 0
        switch next {
        case .wait:
            // A destination that is down for hours is not asked about every minute.
            let elapsed = due.now.timeIntervalSince(group.flushedAt ?? group.createdAt)
            group.dueAt = due.now.addingTimeInterval(min(Storm.longestInterval, max(Storm.interval, elapsed)))
        case .summarise, .end:
            let occasion: Notification.Bundle.Occasion = next == .end ? .stormEnded : .storm
            count = try tellEverything(due, occasion, since: group.createdAt, change: &change)
            group.flushedAt = due.now
            if case .storm(let told) = group.kind { group.kind = .storm(told: told + waiting) }
        }
        if next == .end { remove(group) } else { save(group) }
        return count
    }

    /// Tells everything that waits in a group in one message.
    mutating func tellEverything(
        _ due: DueGroup,
        _ occasion: Notification.Bundle.Occasion,
        since: Date,
        change: inout TotalsChange
    ) throws -> Int {
        let group = due.group
        let entries = try waiting(in: group.number, limit: Notification.Bundle.mostItems)
        let earlier = try entries.isEmpty && occasion == .stormEnded ? toldItem(in: group.number) : nil
        guard let lead = entries.first ?? earlier else { return 0 }
        let sum = try sum(of: group.number)
        var total = sum.count
        if occasion == .stormEnded, case .storm(let told) = group.kind { total += told }
        var bundle = Notification.Bundle(
            occasion: occasion,
            items: try entries.map { try listing($0) },
            total: total,
            counts: sum.counts,
            since: since,
            until: due.now,
            reason: group.reason
        )
        if occasion == .digest, let oldest = try oldestAlert(in: group.number) {
            let item = WaitingItem(reminding: oldest.alert, in: group.number)
            bundle.oldestOpen = try listing(ItemRow(item: item, subject: oldest.subject))
        }
        var facts = lead.item.facts
        facts.receivedAt = due.now
        let ids = queueEach(
            facts,
            to: due.routed,
            thread: thread(of: group),
            orderingKey: -group.number,
            units: own(sum.units, due.routed, &change),
            bundle: bundle,
            about: lead.subject,
            now: due.now
        )
        try announceEverything(in: group.number, by: ids[0])
        return ids.count
    }

    /// Notes that a notification tells everything that waits in a group, and that the alerts' readers know it; a digest can
    /// speak of tens of thousands.
    private mutating func announceEverything(in group: Int64, by notification: String) throws {
        while true {
            let page = try waiting(in: group, limit: DueGroup.mostItems)
            try preload(alertsOf: page)
            for entry in page {
                let item = entry.item
                tell(entry, in: notification)
                let key = AlertKey(problem: entry.subject.problem, destination: item.destination)
                guard var alert = try alert(key), alert.waiting?.item == item.number else { continue }
                alert.announce(item.transition, severity: item.severity)
                save(alert, about: entry.subject)
            }
            guard page.count == DueGroup.mostItems else { return }
            try sendAndForget()
        }
    }
}
