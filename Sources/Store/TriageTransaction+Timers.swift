import Findings
package import FoundationEssentials
package import Routing
import Triage

extension TriageTransaction {
    /// Does what is due by itself; see ``TriageTimers/fire(now:table:silences:)``.
    ///
    /// - Parameters:
    ///   - now: What is due later stays.
    ///   - table: The rules in force.
    ///   - silences: The silences that are not over, compiled for these rules.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: What the rows throw.
    package mutating func fire(
        now: Date,
        table: RoutingTable,
        silences: SilenceTable,
        change: inout TotalsChange
    ) throws -> FiredTimers {
        var fired = FiredTimers()
        if try heldUnderVersion != table.version {
            // Rules that held something back may be gone: everything that is held back is looked at again.
            for destination in try destinationsHolding() {
                let name = AlertGroup.Name(kind: .release, destination: destination)
                var group = try group(name) ?? new(AlertGroup(name: name, createdAt: now))
                group.dueAt = now
                group.told = 0
                try save(group)
            }
            try setHeldUnderVersion(table.version)
        }
        while let silence = try endedSilence(now: now) { try begin(silence, now: now) }
        let due = try dueGroups(now: now, limit: FiredTimers.most)
        for listed in due {
            // What was done before may have changed it.
            guard let group = try group(numbered: listed.number), let at = group.nextAt, at <= now else { continue }
            let count = try fire(group, now: now, table: table, silences: silences, change: &change)
            fired.groups += 1
            fired.notifications += count
        }
        fired.isMoreDue = due.count == FiredTimers.most
        return fired
    }

    private mutating func fire(
        _ group: AlertGroup,
        now: Date,
        table: RoutingTable,
        silences: SilenceTable,
        change: inout TotalsChange
    ) throws -> Int {
        let routed = table.terms(of: group.name.destination, announcedBy: group.name.rule)
        let turn = Turn(group: group, routed: routed, silences: silences, now: now)
        if group.name.kind != .storm { try beginStorm(at: routed, now: now, change: &change) }
        switch group.name.kind {
        case .group, .held: return try tellGroup(turn, change: &change)
        case .digest: return try tellDigest(turn, change: &change)
        case .silence: return try tellSilence(turn, table: table, change: &change)
        case .storm: return try tellStorm(turn, change: &change)
        case .release: return try release(turn, table: table, change: &change)
        }
    }

    // MARK: A rule's group, and what a mute window held back

    private mutating func tellGroup(_ turn: Turn, change: inout TotalsChange) throws -> Int {
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
    private mutating func hide(
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
    private mutating func tell(
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
            if alert.status == .resolved || group.name.kind == .held { alert.group = nil }
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
        let isConversation = group.name.kind == .group
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

    private mutating func remind(_ turn: Turn, change: inout TotalsChange) throws -> Int {
        var group = turn.group
        let terms = turn.routed.terms
        guard let reminder = terms.group?.repeat, terms.notify.contains(.reminder) else {
            group.remindAt = nil
            try settle(group)
            return 0
        }
        let open = try activeAlerts(in: group.number, limit: Turn.mostReminded)
        guard open.isEmpty == false else {
            group.remindAt = nil
            try settle(group)
            return 0
        }
        var active: [(alert: Alert, place: Place)] = []
        for entry in open where try isQuiet(entry.alert, at: entry.place, turn) == false { active.append(entry) }
        guard let lead = active.first else {
            group.remindAt = turn.now.addingTimeInterval(reminder.seconds)
            try save(group)
            return 0
        }
        if let until = terms.mutes.compactMap({ $0.until(lead.alert.severity, at: turn.now) }).max() {
            group.remindAt = until
            try save(group)
            return 0
        }
        if try storm(at: group.name.destination) != nil {
            // Not in the middle of a storm: what is still open is said when that is over.
            group.remindAt = turn.now.addingTimeInterval(15 * Storm.interval)
            try save(group)
            return 0
        }
        var total = active.count
        if open.count == Turn.mostReminded { total += try activeCount(in: group.number, upTo: .max) - open.count }
        group.flushedAt = turn.now
        group.remindAt = turn.now.addingTimeInterval(reminder.seconds)
        try save(group)
        var bundle: Notification.Bundle?
        if total > 1 {
            let entries = active.prefix(Notification.Bundle.mostItems)
                .map { (WaitingItem(reminding: $0.alert, in: group.number), $0.place) }
            bundle = Notification.Bundle(
                occasion: .reminder,
                items: try entries.map { try listing($0.0, at: $0.1) },
                total: total,
                counts: try counts(of: entries),
                group: group.labels.map { .init(name: $0.name, value: $0.value) }
            )
        }
        return try queueEach(
            .reminder,
            lead.alert,
            receivedAt: turn.now,
            to: turn.routed,
            thread: thread(of: group),
            turn: -group.number,
            units: own(0, turn.routed, &change),
            bundle: bundle,
            at: lead.place,
            now: turn.now
        ).count
    }

    /// Whether nobody is to be reminded of an alert, although it is open: a silence, a rule that suppresses, or a more severe
    /// alert about the same thing stands before it.
    ///
    /// The event as received is not asked for again, so that a silence with a `pattern` does not quiet a reminder.
    private mutating func isQuiet(_ alert: Alert, at place: Place, _ turn: Turn) throws -> Bool {
        if try disposition(at: place) == Decision.Verdict.suppressedDisposition { return true }
        let finding = try finding(at: place)
        if try silence(hiding: alert, finding, turn) != nil { return true }
        guard let unless = turn.routed.terms.unless else { return false }
        let keys = unless.keys(of: finding, rule: turn.routed.rule)
        let strongest = try strongestSource(under: keys, besides: place, destination: alert.destination)
        return strongest.map { $0.severity > alert.severity } ?? false
    }

    /// The silence in force that hides an alert, by what is stored of its finding; the one that ends last.
    private mutating func silence(hiding alert: Alert, _ finding: Finding, _ turn: Turn) throws -> SilenceMatch? {
        var last: SilenceMatch?
        for silence in turn.silences.matches(finding) {
            guard let endsAt = try end(ofSilence: silence.id) else { continue }
            var match = SilenceMatch(silence)
            match.endsAt = endsAt
            guard match.covers(alert.destination, at: turn.now) else { continue }
            if last.map({ $0.endsAt < endsAt }) ?? true { last = match }
        }
        return last
    }

    // MARK: Summaries

    private mutating func tellDigest(_ turn: Turn, change: inout TotalsChange) throws -> Int {
        var group = turn.group
        let count = try tellEverything(turn, .digest, since: group.flushedAt ?? group.createdAt, change: &change)
        group.flushedAt = turn.now
        group.dueAt = nil
        try settle(group)
        return count
    }

    private mutating func tellStorm(_ turn: Turn, change: inout TotalsChange) throws -> Int {
        var group = turn.group
        let limit = turn.routed.backlogLimit
        let waiting = try waitingCount(in: group.number)
        let pending = try pending(at: group.name.destination, upTo: limit ?? 1)
        let next = Storm.turn(waiting: waiting, isFirst: group.flushedAt == nil, pending: pending, limit: limit)
        group.dueAt = turn.now.addingTimeInterval(Storm.interval)
        var count = 0
        switch next {
        case .wait:
            // A destination that is down for hours is not asked about every minute.
            let elapsed = turn.now.timeIntervalSince(group.flushedAt ?? group.createdAt)
            group.dueAt = turn.now.addingTimeInterval(min(15 * Storm.interval, max(Storm.interval, elapsed)))
        case .summarise, .end:
            let occasion: Notification.Bundle.Occasion = next == .end ? .stormEnded : .storm
            count = try tellEverything(turn, occasion, since: group.createdAt, change: &change)
            group.flushedAt = turn.now
            group.told += waiting
        }
        storms[group.name.destination] = nil
        if next == .end { try remove(group) } else { try save(group) }
        return count
    }

    /// Tells everything that waits in a group in one message.
    private mutating func tellEverything(
        _ turn: Turn,
        _ occasion: Notification.Bundle.Occasion,
        since: Date,
        change: inout TotalsChange
    ) throws -> Int {
        let group = turn.group
        let entries = try waiting(in: group.number, limit: Notification.Bundle.mostItems)
        let earlier = try entries.isEmpty && occasion == .stormEnded ? toldItem(in: group.number) : nil
        guard let lead = entries.first ?? earlier else { return 0 }
        let sum = try sum(of: group.number)
        var bundle = Notification.Bundle(
            occasion: occasion,
            items: try entries.map { try listing($0.item, at: $0.place) },
            total: occasion == .stormEnded ? group.told + sum.count : sum.count,
            counts: sum.counts,
            since: since,
            until: turn.now,
            reason: group.reason
        )
        if occasion == .digest, let oldest = try oldestAlert(in: group.number) {
            let item = WaitingItem(reminding: oldest.alert, in: group.number)
            bundle.oldestOpen = try listing(item, at: oldest.place)
        }
        let alert = Alert(telling: lead.item, of: try finding(at: lead.place).key)
        let ids = try queueEach(
            lead.item.transition,
            alert,
            receivedAt: turn.now,
            to: turn.routed,
            thread: thread(of: group),
            turn: -group.number,
            units: own(sum.units, turn.routed, &change),
            bundle: bundle,
            at: lead.place,
            now: turn.now
        )
        try tellEverything(in: group.number, by: ids[0])
        return ids.count
    }

    // MARK: Silences

    /// Begins to collect what a silence hid.
    private mutating func begin(_ silence: EndedSilence, now: Date) throws {
        let name = AlertGroup.Name(kind: .silence, destination: "", key: silence.id)
        let reason = "\(silence.reason) (\(silence.owner))"
        if try group(name) == nil {
            _ = try new(AlertGroup(name: name, createdAt: silence.startsAt, dueAt: now, reason: reason))
        }
        try close(silence: silence.id)
    }

    /// Collects a part of what a silence hid, by destination and rule; once all of it is collected those are told.
    private mutating func tellSilence(
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

    // MARK: Inhibition

    /// Announces what nothing holds back any more.
    private mutating func release(_ turn: Turn, table: RoutingTable, change: inout TotalsChange) throws -> Int {
        var group = turn.group
        let destination = group.name.destination
        let key = group.name.key.isEmpty ? nil : group.name.key
        let held = try held(under: key, destination: destination, after: Int64(group.told), limit: Turn.mostHeld)
        var count = 0
        for entry in held {
            group.told = Int(entry.number)
            var alert = entry.alert
            guard alert.held?.reason == .inhibited, alert.status == .active else {
                try setHeld([], at: entry.place, destination: destination)
                continue
            }
            let routed = table.terms(of: destination, announcedBy: alert.rule)
            let inhibitor = try routed.terms.unless.map { _ in
                try strongestSource(under: entry.keys, besides: entry.place, destination: destination)
            }
            if let strongest = inhibitor.flatMap(\.self), strongest.severity > alert.severity { continue }
            try setHeld([], at: entry.place, destination: destination)
            try withdraw(&alert, change: &change)
            guard let transition = alert.news(alert.severity), routed.terms.notify.contains(transition) else {
                alert.keepUnsaid()
                try save(alert, at: entry.place)
                continue
            }
            let finding = try finding(at: entry.place)
            change.add(routed.units, to: .due)
            change.add(routed.units, to: .pending)
            var outcome = ObservationRecord.Outcome(
                destination: destination,
                rule: alert.rule,
                transition: transition,
                held: nil,
                notifications: []
            )
            let announcement = Announcement(
                transition: transition,
                receivedAt: turn.now,
                notBefore: routed.terms.mutes.compactMap { $0.until(alert.severity, at: turn.now) }.max(),
                units: routed.units
            )
            try announce(
                announcement,
                &alert,
                of: finding,
                routed,
                at: entry.place,
                now: turn.now,
                outcome: &outcome,
                change: &change
            )
            try save(alert, at: entry.place)
            count += outcome.notifications.count
        }
        if held.count < Turn.mostHeld { try remove(group) } else { try save(group) }
        return count
    }

    // MARK: What they share

    /// Keeps a group as long as it has something to do or something to remember, and lets it go after that.
    private mutating func settle(_ group: AlertGroup) throws {
        let isIdle = group.nextAt == nil
        if isIdle, try group.name.kind == .held || oldestAlert(in: group.number) == nil {
            try remove(group)
        } else {
            try save(group)
        }
    }

    /// Takes back what waits, since what is to be said now is measured against what readers know.
    private mutating func withdraw(_ alert: inout Alert, change: inout TotalsChange) throws {
        guard let waiting = alert.waiting else { return }
        alert.waiting = nil
        guard let units = try withdraw(item: waiting.item) else { return }
        change.move(units, from: .pending, to: .held(.superseded))
    }

    /// The units of messages that carry so many; what they are due beyond that is due by their own right.
    private func own(_ units: Int, _ routed: Decision.Routed, _ change: inout TotalsChange) -> Int {
        let missing = max(0, routed.units - units)
        change.add(missing, to: .due)
        change.add(missing, to: .pending)
        return units + missing
    }

    private mutating func listing(_ item: WaitingItem, at place: Place) throws -> Notification.Bundle.Item {
        let finding = try finding(at: place)
        return Notification.Bundle.Item(
            findingID: findingID(at: place),
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

    private mutating func counts(of entries: [(WaitingItem, Place)]) throws -> Notification.Bundle.Counts {
        var tallies = BundleTallies()
        for (item, place) in entries {
            let finding = try finding(at: place)
            tallies.add(
                severity: item.severity,
                transition: item.transition,
                account: finding.account,
                product: finding.product,
                control: finding.controls.first
            )
        }
        return tallies.counts
    }
}

/// One group whose time has come.
private struct Turn {
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

/// What one call of ``TriageTimers/fire(now:table:silences:)`` did.
package struct FiredTimers: Sendable, Hashable {
    package var groups = 0
    package var notifications = 0
    package var isMoreDue = false

    /// How many groups one transaction deals with.
    static let most = 32

    package init() {}
}
