import Findings
package import FoundationEssentials
package import Routing

extension TriageTransaction {
    /// Does what is due by itself; see `TriageTimers.fire`.
    ///
    /// - Parameters:
    ///   - now: What is due later stays.
    ///   - table: The rules in force.
    ///   - silences: The silences that are not over, compiled for these rules.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: What the rows throw; ``UnreadableGroup`` when what that is lies in one group, which can be left out.
    package mutating func fire(
        now: Date,
        table: RoutingTable,
        silences: SilenceTable,
        change: inout TotalsChange
    ) throws -> FiredTimers {
        var fired = FiredTimers()
        if working.counters.heldUnderVersion != table.version {
            // Rules that held something back may be gone: everything that is held back is looked at again.
            for destination in try destinationsHolding() {
                try release(under: "", at: destination, now: now)
            }
            try reschedule(table, now: now)
            setHeldUnderVersion(table.version)
        }
        while let silence = try endedSilence(now: now) { try begin(silence, now: now) }
        let due = try dueGroups(now: now, limit: FiredTimers.most)
        for listed in due {
            // What was done before may have changed it.
            guard let group = try group(numbered: listed.number), let at = group.nextAt, at <= now else { continue }
            let count: Int
            do {
                count = try fire(group, now: now, table: table, silences: silences, change: &change)
            } catch let error as StoredFormError {
                throw UnreadableGroup(group.number, because: "\(error)")
            }
            fired.groups += 1
            fired.notifications += count
        }
        fired.isMoreDue = due.count == FiredTimers.most
        try send()
        return fired
    }

    /// Moves what waits for digests to the times that their schedules have under these rules.
    private mutating func reschedule(_ table: RoutingTable, now: Date) throws {
        let document = table.document
        let own = document.destinations.filter { $0.digest != nil }.map { (destination: $0.name, rule: "") }
        let ruled = document.rules.filter { $0.terms.digest != nil }.flatMap { rule in
            rule.send.map { (destination: $0, rule: rule.name) }
        }
        var names = own + ruled
        if let fallback = document.fallback, fallback.terms.digest != nil {
            names += fallback.send.map { ($0, RouteDocument.Fallback.name) }
        }
        for name in names {
            let key = AlertGroup.Name(word: .digest, destination: name.destination, rule: name.rule)
            guard var group = try group(key), group.dueAt != nil,
                let schedule = table.terms(of: name.destination, announcedBy: name.rule).terms.digest
            else { continue }
            reschedule(&group, by: schedule, now: now)
            save(group)
        }
    }

    mutating func fire(
        _ group: AlertGroup,
        now: Date,
        table: RoutingTable,
        silences: SilenceTable,
        change: inout TotalsChange
    ) throws -> Int {
        let routed = table.terms(of: group.name.destination, announcedBy: group.name.rule)
        let due = DueGroup(group: group, routed: routed, silences: silences, now: now)
        if group.name.word != .storm { try beginStorm(at: routed, now: now, change: &change) }
        switch group.kind {
        case .group, .pages, .held: return try tellGroup(due, change: &change)
        case .digest: return try tellDigest(due, change: &change)
        case .silence: return try tellSilence(due, table: table, change: &change)
        case .storm: return try tellStorm(due, change: &change)
        case .release(let last): return try release(due, after: last, table: table, change: &change)
        }
    }

    /// Keeps a group as long as it has something to do or something to remember, and lets it go after that.
    mutating func saveOrRemove(_ group: AlertGroup) throws {
        let isIdle = group.nextAt == nil
        if isIdle, try group.name.word == .held || oldestAlert(in: group.number) == nil {
            remove(group)
        } else {
            save(group)
        }
    }

    /// Takes back what waits, since what is to be said now is measured against what readers know.
    mutating func withdraw(_ alert: inout Alert, change: inout TotalsChange) throws {
        guard let waiting = alert.waiting else { return }
        alert.waiting = nil
        guard let units = try withdraw(item: waiting.item) else { return }
        change.move(units, from: .pending, to: .held(.superseded))
    }

    /// The units of messages that carry so many; what they are due beyond that is due by their own right.
    func own(_ units: Int, _ routed: Decision.Routed, _ change: inout TotalsChange) -> Int {
        let missing = max(0, routed.units - units)
        change.add(missing, to: .due)
        change.add(missing, to: .pending)
        return units + missing
    }

    mutating func listing(_ row: ItemRow) throws -> Notification.Bundle.Item {
        let item = row.item
        let finding = try finding(about: row.subject)
        return Notification.Bundle.Item(
            findingID: row.subject.findingID,
            title: finding.title,
            severity: item.severity,
            transition: item.transition,
            account: finding.account,
            accountName: finding.accountName,
            region: finding.region,
            resource: finding.resources.first?.id,
            openedAt: item.openedAt,
            count: item.count,
            url: finding.url
        )
    }

    mutating func counts(of rows: [ItemRow]) throws -> Notification.Bundle.Counts {
        var tallies = BundleTallies()
        for row in rows {
            let finding = try finding(about: row.subject)
            tallies.add(
                severity: row.item.severity,
                transition: row.item.transition,
                account: finding.account,
                product: finding.product,
                control: finding.controls.first
            )
        }
        return tallies.counts
    }
}

/// One group whose time has come, with the terms on which it is told.
struct DueGroup {
    var group: AlertGroup
    var routed: Decision.Routed
    var silences: SilenceTable
    var now: Date

    /// How many alerts one message speaks of at most; the others follow in the next.
    static let mostItems = 2_000
    /// How many silenced, and how many inhibited alerts are looked at in one transaction.
    static let mostHidden = 500
    /// How many open alerts are asked about before a reminder; what is open beyond is counted.
    static let mostReminded = 200
    static let mostHeld = 200
}

/// What one call of `TriageTimers.fire` did.
package struct FiredTimers: Sendable, Hashable {
    package var groups = 0
    package var notifications = 0
    package var isMoreDue = false

    /// How many groups one transaction deals with.
    static let most = 32

    package init() {}
}
