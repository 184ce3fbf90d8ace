package import Findings
import FoundationEssentials
package import Routing

extension TriageTransaction {
    /// Notes under which keys the problem may hold others back at the destination, and has those looked at again that
    /// it no longer does.
    mutating func noteSource(_ news: News, _ routed: Decision.Routed, about subject: Subject, now: Date) throws {
        guard let inhibits = routed.inhibits else { return }
        let isActive = news.state.status == .active
        let keys = isActive ? inhibits.flatMap { $0.inhibition.keys(of: news.finding, rule: $0.rule) } : []
        let lost = try setSource(
            keys,
            severity: news.state.severity,
            finding: news.problem,
            about: subject,
            destination: routed.destination
        )
        try release(lost, at: routed.destination, now: now)
    }

    /// Has the problem hold nothing back at destinations where the decision does not say that it may: its rule is gone or
    /// has no `unless` any more, or it does not go there now.
    mutating func forgetSources(_ news: News, about subject: Subject) throws {
        // Of a problem that others report as well, one that is over says nothing of the rest.
        guard news.state.isStale == false, news.state.status != .active || news.finding.status == .active else {
            return
        }
        let destinations = try sourceDestinations(about: subject)
        guard destinations.isEmpty == false else { return }
        var inhibiting: Set<String> = []
        if case .routed(let routed) = news.observation.decision.verdict {
            inhibiting = Set(routed.lazy.filter { $0.inhibits != nil }.map(\.destination))
        }
        for destination in destinations where inhibiting.contains(destination) == false {
            let lost = try setSource(
                [],
                severity: news.state.severity,
                finding: news.problem,
                about: subject,
                destination: destination
            )
            try release(lost, at: destination, now: news.now)
        }
    }

    /// Has what is held back under these keys looked at again.
    private mutating func release(_ keys: [String], at destination: String, now: Date) throws {
        for key in keys { try release(under: key, at: destination, now: now) }
    }

    /// The same for one key; an empty one stands for all.
    mutating func release(under key: String, at destination: String, now: Date) throws {
        let name = AlertGroup.Name(word: .release, destination: destination, key: key)
        var group =
            try group(name)
            ?? insert(AlertGroup(kind: .release(through: 0), destination: destination, key: key, createdAt: now))
        group.dueAt = now
        group.kind = .release(through: 0)
        save(group)
    }

    /// The most severe alert that could hold the finding back.
    mutating func inhibitor(
        of news: News,
        _ routed: Decision.Routed,
        about subject: Subject
    ) throws -> Triage.Inhibitor? {
        guard let unless = routed.terms.unless else { return nil }
        let keys = unless.keys(of: news.finding, rule: routed.rule)
        guard keys.isEmpty == false else { return nil }
        return try strongestSource(under: keys, besides: subject, destination: routed.destination)
    }

    /// Keeps what is held back findable by what holds it.
    mutating func noteHeld(
        _ alert: Alert,
        before: Alert?,
        _ news: News,
        _ routed: Decision.Routed,
        about subject: Subject
    ) throws {
        let isHeld = alert.held?.reason == .inhibited
        guard isHeld || before?.held?.reason == .inhibited else { return }
        let keys = isHeld ? routed.terms.unless?.keys(of: news.finding, rule: routed.rule) ?? [] : []
        setHeld(keys, about: subject, destination: routed.destination)
        let version = news.observation.decision.version
        if isHeld, working.counters.heldUnderVersion > version {
            // Newer rules had their look at what is held back already; they have another one.
            setHeldUnderVersion(version)
        }
    }

    /// Announces what nothing holds back any more.
    mutating func release(
        _ due: DueGroup,
        after last: Int64,
        table: RoutingTable,
        change: inout TotalsChange
    ) throws -> Int {
        var group = due.group
        let destination = group.name.destination
        let key = group.name.key.isEmpty ? nil : group.name.key
        let held = try alerts(
            .held(under: key, destination: destination, after: last),
            limit: DueGroup.mostHeld
        )
        var count = 0
        for entry in held {
            group.kind = .release(through: entry.subject.problem)
            var alert = entry.alert
            guard alert.held?.reason == .inhibited, alert.status == .active else {
                setHeld([], about: entry.subject, destination: destination)
                continue
            }
            let routed = table.terms(of: destination, announcedBy: alert.rule)
            let inhibitor = try routed.terms.unless.map { _ in
                try strongestSource(
                    under: heldKeys(about: entry.subject, destination: destination),
                    besides: entry.subject,
                    destination: destination
                )
            }
            if let strongest = inhibitor.flatMap(\.self), strongest.severity > alert.severity { continue }
            setHeld([], about: entry.subject, destination: destination)
            try withdraw(&alert, change: &change)
            guard let transition = alert.news(alert.severity), routed.terms.notify.contains(transition) else {
                alert.keepUnsaid()
                save(alert, about: entry.subject)
                continue
            }
            let finding = try finding(about: entry.subject)
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
                receivedAt: due.now,
                notBefore: routed.terms.mutes.compactMap { $0.until(alert.severity, at: due.now) }.max(),
                units: routed.units
            )
            try announce(
                announcement,
                &alert,
                of: finding,
                routed,
                about: entry.subject,
                now: due.now,
                outcome: &outcome,
                change: &change
            )
            save(alert, about: entry.subject)
            count += outcome.notifications.count
        }
        if held.count < DueGroup.mostHeld { remove(group) } else { save(group) }
        return count
    }
}

extension Inhibition {
    /// How many combinations of values one finding may have.
    private static let mostKeys = 16

    /// What a finding agrees in with others under a rule's `unless`: the fingerprint of each combination of its values.
    ///
    /// - Parameters:
    ///   - finding: Gives the values of `equal`.
    ///   - rule: Whose `unless` it is; keys of different rules never meet.
    /// - Returns: No key when a field is missing and that is no agreement; at most 16.
    package func keys(of finding: Finding, rule: String) -> [String] {
        var keys = ["\(rule.utf8.count):\(rule)"]
        for field in equal {
            var values = finding.values(of: field)
            if values.isEmpty {
                guard missingIsEqual else { return [] }
                values = [""]
            }
            keys = Array(
                keys.lazy.flatMap { key in values.map { "\(key);\(field)=\($0.utf8.count):\($0)" } }
                    .prefix(Inhibition.mostKeys)
            )
        }
        return keys.map { Fingerprint.hexadecimal(of: Array($0.utf8)) }
    }
}
