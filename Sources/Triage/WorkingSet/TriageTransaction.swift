import Findings
import FoundationEssentials
import Routing

/// Triage on a working set: everything that is decided about observations and at triage's own moments.
///
/// What the set does not know is asked of the rows behind it at that moment, and what has changed is written to them before
/// a question that depends on it, and at the end; ``Preloading`` asks for much at once and changes no answer.
package struct TriageTransaction {
    package internal(set) var working: WorkingSet
    let rows: (any TriageRows)?
    let preloading: Preloading
    /// The number of the last finding that was stored when the transaction began: of later ones nothing is stored.
    private let lastStored: Int64

    /// How much is asked for before it is needed.
    package enum Preloading: String, Sendable, Hashable, CaseIterable {
        case everything
        /// One row of each kind, for tests.
        case oneRow
        case nothing
    }

    /// Triage on what a store keeps.
    ///
    /// - Parameters:
    ///   - rows: The rows, in a transaction that is open.
    ///   - preloading: How much to ask for at once.
    /// - Throws: What the rows throw.
    package init(on rows: any TriageRows, preloading: Preloading = .everything) throws {
        self.rows = rows
        self.preloading = preloading
        working = WorkingSet(try rows.counters())
        lastStored = working.counters.finding
    }

    /// Triage on a set with nothing behind it.
    package init(_ working: WorkingSet) {
        self.working = working
        rows = nil
        preloading = .nothing
        lastStored = .max
    }

    /// Writes what has changed.
    mutating func send(_ part: WorkingSet.Part = .all) throws {
        guard let rows else { return working.settle() }
        try rows.write(working.takeChanges(part))
    }

    /// Asks for rows that are not known yet.
    mutating func load(_ wanted: WantedRows) throws {
        guard let rows else { return }
        let unknown = working.unknown(of: wanted)
        guard unknown.isEmpty == false else { return }
        working.take(try rows.load(unknown), for: unknown)
    }

    /// Asks for rows that will be needed.
    mutating func preload(_ wanted: WantedRows) throws {
        switch preloading {
        case .everything: try load(wanted)
        case .oneRow: try load(wanted.first)
        case .nothing: break
        }
    }
}

// MARK: What comes in

extension TriageTransaction {
    /// Keeps the key of an event.
    ///
    /// - Returns: Whether it was unknown until now.
    mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool {
        if working.redeliveries.isKnown(redeliveryKey) == false { try load(.init(redeliveryKey)) }
        guard (working.redeliveries[redeliveryKey] ?? nil) == nil else { return false }
        working.remember(redeliveryKey, receivedAt: receivedAt)
        return true
    }

    /// The finding with this key as it was last observed, `nil` when it never was.
    mutating func lastObserved(_ key: FindingKey) throws -> Finding? {
        try row(of: key).map { try finding(observed: $0.observation) }
    }

    mutating func row(of key: FindingKey) throws -> FindingRow? {
        if working.findingNumbers[key] == nil {
            var wanted = WantedRows()
            wanted.findings = [key]
            try load(wanted)
        }
        return working.findingNumbers[key].flatMap { working.findings[$0] ?? nil }
    }

    /// The finding as it was observed there.
    mutating func finding(about subject: Subject) throws -> Finding { try finding(observed: subject.observation) }

    private mutating func finding(observed observation: Int64) throws -> Finding {
        if let known = working.contents[observation] { return known.finding }
        var wanted = WantedRows()
        wanted.contents = [observation]
        try load(wanted)
        guard let finding = working.contents[observation]?.finding else {
            throw StoredFormError("the observation \(observation) that a row refers to is missing")
        }
        return finding
    }

    /// What the rules said of the finding when it was last observed.
    mutating func disposition(about subject: Subject) throws -> String {
        var wanted = WantedRows()
        wanted.findingNumbers = [subject.finding]
        try load(wanted)
        return (working.findings[subject.finding] ?? nil)?.disposition ?? ""
    }

    /// Writes the observation to the ledger, the last thing done for it.
    mutating func record(_ record: ObservationRecord, of observation: DecidedObservation, about subject: Subject) {
        working.ledger.append(
            LedgerRow(subject: subject, key: observation.finding.key, record: record, content: observation.content)
        )
    }

    mutating func advance(to position: Int64) {
        working.counters.position = position
        working.movedPosition = true
    }

    mutating func setHeldUnderVersion(_ version: Int) {
        working.counters.heldUnderVersion = version
        working.movedHeldVersion = true
    }
}

// MARK: Alerts

extension TriageTransaction {
    /// The stored alert of the problem at the destination.
    mutating func alert(about subject: Subject, finding: FindingKey, destination: String) throws -> Alert? {
        guard var alert = try alert(AlertKey(problem: subject.problem, destination: destination)) else { return nil }
        alert.finding = finding
        return alert
    }

    mutating func alert(_ key: AlertKey) throws -> Alert? {
        if let known = working.alerts[key] { return known }
        guard key.problem <= lastStored else { return nil }
        var wanted = WantedRows()
        wanted.alerts = [key]
        try load(wanted)
        return working.alerts[key] ?? nil
    }

    mutating func save(_ alert: Alert, about subject: Subject) {
        working.save(alert, of: AlertKey(problem: subject.problem, destination: alert.destination))
    }

    mutating func alerts(_ question: AlertQuestion, limit: Int) throws -> [FoundAlert] {
        guard let rows else { return Array(working.answer(question).prefix(limit)) }
        try send([.findings, .alerts, .holds])
        let found = try rows.alerts(question, limit: limit)
        for entry in found {
            let key = AlertKey(problem: entry.subject.problem, destination: entry.alert.destination)
            working.alerts.note(entry.alert, at: key)
        }
        return found
    }

    /// Active alerts of a group that its readers know of, most severe first, then the longest open.
    mutating func activeAlerts(in group: Int64, limit: Int) throws -> [FoundAlert] {
        try alerts(.known(in: group), limit: limit)
    }

    /// The alert of a group that has been active longest, announced or not.
    mutating func oldestAlert(in group: Int64) throws -> FoundAlert? { try alerts(.open(in: group), limit: 1).first }

    /// How many alerts of a group are active and known to its readers; not counted beyond the limit.
    mutating func activeCount(in group: Int64, upTo limit: Int) throws -> Int {
        guard let rows else { return min(limit, working.answer(.known(in: group)).count) }
        try send([.findings, .alerts])
        return try rows.count(.known(in: group), upTo: limit)
    }
}

// MARK: Messages

extension TriageTransaction {
    /// Queues one message, due now.
    ///
    /// - Returns: Its id.
    mutating func queue(_ message: QueuedMessage, about subject: Subject, now: Date) -> String {
        working.queue(message, about: subject, now: now)
    }

    /// How many messages wait at the destination; not counted beyond the limit.
    mutating func pending(at destination: String, upTo limit: Int) throws -> Int {
        guard let rows else { return min(limit, working.pendingCount(at: destination)) }
        if let known = working.pending[destination] { return min(known, limit) }
        try send(.messages)
        let count = try rows.pending(at: destination, upTo: limit)
        working.pending[destination] = count
        return count
    }

    /// What the messages say that wait at a destination, oldest first: once for each recipient, and once for each problem
    /// of a bundle.
    mutating func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews] {
        guard let rows else { return working.queuedNews(at: destination, limit: limit) }
        try send([.findings, .items, .groups, .messages])
        return try rows.queuedNews(at: destination, limit: limit)
    }

    /// Takes these messages out of the queue, since a summary tells what they say.
    mutating func fold(_ notifications: [String]) { working.fold(notifications) }
}

// MARK: Groups, and what waits in them

extension TriageTransaction {
    mutating func group(_ name: AlertGroup.Name) throws -> AlertGroup? {
        if working.groupNumbers[name] == nil {
            var wanted = WantedRows()
            wanted.groups = [name]
            try load(wanted)
        }
        return working.groupNumbers[name].flatMap { working.groups[$0] ?? nil }
    }

    mutating func group(numbered number: Int64) throws -> AlertGroup? {
        var wanted = WantedRows()
        wanted.groupNumbers = [number]
        try load(wanted)
        return working.groups[number] ?? nil
    }

    mutating func insert(_ group: AlertGroup) -> AlertGroup { working.insert(group) }
    mutating func save(_ group: AlertGroup) { working.save(group) }
    mutating func remove(_ group: AlertGroup) { working.remove(group) }

    /// Groups of which something is due, the longest due first.
    mutating func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] {
        guard let rows else { return working.dueGroups(now: now, limit: limit) }
        try send(.groups)
        let due = try rows.dueGroups(now: now, limit: limit)
        for group in due { working.note(group) }
        return due
    }

    /// - Returns: The item's number.
    mutating func put(_ item: WaitingItem, about subject: Subject) -> Int64 { working.insert(item, about: subject) }

    private mutating func row(ofItem number: Int64) throws -> ItemRow? {
        var wanted = WantedRows()
        wanted.items = [number]
        try load(wanted)
        return working.items[number] ?? nil
    }

    /// Takes an item back.
    ///
    /// - Returns: Its units, `nil` when it does not wait any more.
    mutating func withdraw(item number: Int64) throws -> Int? {
        guard var row = try row(ofItem: number), row.item.state == .waiting else { return nil }
        row.item.state = .withdrawn
        working.save(row)
        return row.item.units
    }

    /// Has an item that waits speak of this observation of its finding.
    mutating func refer(item number: Int64, to subject: Subject) throws {
        guard var row = try row(ofItem: number), row.item.state == .waiting else { return }
        row.subject.finding = subject.finding
        row.subject.observation = subject.observation
        working.save(row)
    }

    private mutating func items(in group: Int64, _ state: WaitingItem.State, limit: Int) throws -> [ItemRow] {
        guard let rows else { return Array(working.items(in: group, state).prefix(limit)) }
        try send([.groups, .items])
        let found = try rows.items(in: group, state, limit: limit)
        for row in found { working.items.note(row, at: row.item.number) }
        return found
    }

    /// What waits in a group, most severe first, then the oldest.
    mutating func waiting(in group: Int64, limit: Int) throws -> [ItemRow] {
        try items(in: group, .waiting, limit: limit)
    }

    /// The most severe of what a group has told.
    mutating func toldItem(in group: Int64) throws -> ItemRow? { try items(in: group, .told, limit: 1).first }

    mutating func waitingCount(in group: Int64) throws -> Int {
        guard let rows else { return working.waitingCount(in: group) }
        try send([.groups, .items])
        return try rows.waitingCount(in: group)
    }

    /// What everything that waits in a group comes to.
    mutating func sum(of group: Int64) throws -> WaitingSum {
        guard let rows else { return working.sum(of: group) }
        try send([.findings, .groups, .items])
        return try rows.sum(of: group)
    }

    /// Notes that a notification tells an item.
    mutating func tell(_ row: ItemRow, in notification: String) {
        var row = row
        row.item.state = .told
        row.item.notification = notification
        working.save(row)
    }

    /// Moves an item into another group.
    mutating func move(_ row: ItemRow, to group: Int64) {
        var row = row
        row.item.group = group
        working.save(row)
    }
}

// MARK: Inhibition

extension TriageTransaction {
    /// Replaces the keys under which a problem may hold others back at a destination; none when it is not active.
    ///
    /// - Returns: Keys under which it no longer does, or does with less severity.
    mutating func setSource(
        _ keys: [String],
        severity: Severity,
        finding: FindingKey,
        about subject: Subject,
        destination: String
    ) throws -> [String] {
        var all = try sources(about: subject)
        let before = all[destination] ?? []
        let wanted = Set(keys)
        let after = wanted.map { InhibitionSource(key: $0, severity: severity, finding: finding) }
        guard Set(before.map(\.key)) != wanted || before.contains(where: { $0.severity != severity }) else { return [] }
        all[destination] = after.isEmpty ? nil : after
        working.sources.change(all, at: subject.problem)
        if after.isEmpty == false { working.counters.hasSources = true }
        return before.filter { wanted.contains($0.key) == false || severity < $0.severity }.map(\.key)
    }

    private mutating func sources(about subject: Subject) throws -> [String: [InhibitionSource]] {
        guard working.counters.hasSources else { return [:] }
        if let known = working.sources[subject.problem] { return known ?? [:] }
        guard subject.problem <= lastStored else { return [:] }
        var wanted = WantedRows()
        wanted.sources = [subject.problem]
        try load(wanted)
        return (working.sources[subject.problem] ?? nil) ?? [:]
    }

    /// The destinations at which the problem may hold others back.
    mutating func sourceDestinations(about subject: Subject) throws -> [String] {
        try sources(about: subject).keys.sorted()
    }

    /// The most severe problem under any of the keys, this one aside.
    mutating func strongestSource(
        under keys: [String],
        besides subject: Subject,
        destination: String
    ) throws -> Triage.Inhibitor? {
        guard working.counters.hasSources else { return nil }
        guard let rows else {
            return working.strongestSource(under: keys, besides: subject.problem, destination: destination)
        }
        try send(.sources)
        return try rows.strongestSource(under: keys, besides: subject.problem, destination: destination)
    }

    /// Replaces the keys under which a problem is held back at a destination.
    mutating func setHeld(_ keys: [String], about subject: Subject, destination: String) {
        let key = AlertKey(problem: subject.problem, destination: destination)
        working.holds.change(keys, at: key)
        working.holdFindings[key] = subject.finding
    }

    /// The keys under which a problem is held back at a destination.
    mutating func heldKeys(about subject: Subject, destination: String) throws -> [String] {
        let key = AlertKey(problem: subject.problem, destination: destination)
        var wanted = WantedRows()
        wanted.holds = [key]
        try load(wanted)
        return (working.holds[key] ?? nil) ?? []
    }

    /// Every destination where something is held back.
    mutating func destinationsHolding() throws -> [String] {
        guard let rows else { return working.destinationsHolding }
        try send(.holds)
        return try rows.destinationsHolding()
    }
}

// MARK: Silences

extension TriageTransaction {
    /// When a silence ends; `nil` when its end was dealt with, or there is no such silence.
    mutating func end(ofSilence id: String) throws -> Date? {
        var wanted = WantedRows()
        wanted.silences = [id]
        try load(wanted)
        return working.silenceEnds[id] ?? nil
    }

    /// A silence that has ended and was not dealt with.
    mutating func endedSilence(now: Date) throws -> EndedSilence? {
        guard let rows else { return working.endedSilence(now: now) }
        try send(.silences)
        return try rows.endedSilence(now: now)
    }

    mutating func close(silence id: String) {
        working.silenceEnds.change(nil, at: id)
        working.index?.silences.removeAll { $0.id == id }
    }
}
