import Findings
import FoundationEssentials
import Routing

/// What a set with nothing behind it answers itself.
extension WorkingSet {
    /// What a message about a problem would be about: of several findings that report it, the most severe active one.
    private func subject(of problem: Int64) -> Subject {
        let active = (members[problem] ?? [:]).filter { $0.value.status == .active }
        let most = active.max { ($0.value.severity, $1.key) < ($1.value.severity, $0.key) }
        let number = most?.key ?? problem
        let row = findings[number] ?? nil
        return Subject(finding: number, observation: row?.observation ?? 0, problem: problem)
    }

    private func found(_ key: AlertKey) -> FoundAlert? {
        (alerts[key] ?? nil).map { FoundAlert(alert: $0, subject: subject(of: key.problem)) }
    }

    func answer(_ question: AlertQuestion) -> [FoundAlert] {
        switch question {
        case .known(let group):
            return (index?.active[group] ?? []).compactMap { found($0) }.filter { $0.alert.notifiedSeverity != nil }
                .sorted {
                    ($1.alert.severity, $0.alert.openedAt, $0.subject.problem) < (
                        $0.alert.severity, $1.alert.openedAt, $1.subject.problem
                    )
                }
        case .open(let group):
            return (index?.active[group] ?? []).compactMap { found($0) }
                .sorted {
                    ($0.alert.openedAt, $1.alert.severity, $0.subject.problem) < (
                        $1.alert.openedAt, $0.alert.severity, $1.subject.problem
                    )
                }
        case .silenced(let silence):
            return alerts.all.filter { _, alert in
                alert.held?.reason == .silenced && alert.held?.by == silence && alert.status == .active
            }
            .map(\.key).sorted { ($0.problem, $0.destination) < ($1.problem, $1.destination) }
            .compactMap { found($0) }
        case .held(let key, let destination, let number):
            return holds.all.filter { at, keys in
                at.destination == destination && at.problem > number && keys.isEmpty == false
                    && (key.map { keys.contains($0) } ?? true)
            }
            .map(\.key).sorted { $0.problem < $1.problem }.compactMap { found($0) }
        }
    }

    func items(in group: Int64, _ state: WaitingItem.State) -> [ItemRow] {
        let rows =
            state == .waiting
            ? (index?.waitingIn[group] ?? []).compactMap { items[$0] ?? nil }
            : items.all.map(\.row).filter { $0.item.group == group && $0.item.state == state }
        return rows.sorted { ($1.item.severity, $0.item.number) < ($0.item.severity, $1.item.number) }
    }

    func waitingCount(in group: Int64) -> Int { index?.waitingIn[group]?.count ?? 0 }

    func sum(of group: Int64) -> WaitingSum {
        var tallies = BundleTallies()
        var sum = WaitingSum(count: 0, units: 0, counts: .init())
        for row in items(in: group, .waiting) {
            let finding = contents[row.subject.observation]?.finding
            sum.count += 1
            sum.units += row.item.units
            tallies.add(
                severity: row.item.severity,
                transition: row.item.transition,
                account: finding?.account,
                product: finding?.product,
                control: finding?.controls.first
            )
        }
        sum.counts = tallies.counts
        return sum
    }

    func strongestSource(under keys: [String], besides problem: Int64, destination: String) -> Triage.Inhibitor? {
        var strongest: InhibitionSource?
        let problems = keys.reduce(into: Set<Int64>()) { $0.formUnion(index?.sources[$1] ?? []) }
        for number in problems where number != problem {
            let byDestination = (sources[number] ?? nil) ?? [:]
            for source in byDestination[destination] ?? [] where keys.contains(source.key) {
                guard let known = strongest else {
                    strongest = source
                    continue
                }
                let isStronger =
                    (source.severity, known.finding.rawValue) > (known.severity, source.finding.rawValue)
                if isStronger { strongest = source }
            }
        }
        return strongest.map { Triage.Inhibitor(finding: $0.finding, severity: $0.severity) }
    }

    func pendingCount(at destination: String) -> Int {
        index?.queues[destination]?.count ?? 0
    }

    func queuedNews(at destination: String, limit: Int) -> [QueuedNews] {
        (index?.queues[destination] ?? []).prefix(limit).flatMap { place in
            let row = messages[place]
            let message = row.message
            let lead = QueuedNews(
                id: row.id,
                subject: row.subject,
                transition: message.facts.transition,
                severity: message.facts.severity,
                receivedAt: message.facts.receivedAt,
                units: message.units,
                known: message.known,
                isFoldable: (message.bundle == nil || message.facts.transition == .reminder)
                    && hasReachedSomebody(row) == false
            )
            guard message.bundle != nil else { return [lead] }
            let others = (index?.told[row.id] ?? []).compactMap { items[$0] ?? nil }.map { row in
                var news = lead
                news.subject = row.subject
                return news
            }
            return [lead] + others
        }
    }

    /// Whether another recipient of the same news has it already.
    private func hasReachedSomebody(_ row: MessageRow) -> Bool {
        guard row.message.recipient != nil else { return false }
        return messages.contains { other in
            other.id != row.id && other.subject == row.subject && other.state == .delivered
                && other.message.destination == row.message.destination
                && other.message.facts.transition == row.message.facts.transition
        }
    }

    func dueGroups(now: Date, limit: Int) -> [AlertGroup] {
        (index?.timers.due(at: now, limit: limit) ?? []).compactMap { groups[$0] ?? nil }
    }

    var destinationsHolding: [String] {
        Set(holds.all.lazy.filter { $0.row.isEmpty == false }.map(\.key.destination)).sorted()
    }

    func endedSilence(now: Date) -> EndedSilence? { (index?.silences ?? []).first { $0.endsAt <= now } }
}
