package import Findings
package import FoundationEssentials
import Routing
import Store
package import Triage

/// Triage's rows in memory, a value: a transaction that fails is an old copy.
///
/// It plays the same role as a store's rows, so that weeks pass in milliseconds and every rule above the rows is the real
/// one.
package struct MemoryTriage: TriageTransaction, Sendable {
    package struct Place: Sendable, Hashable {
        package var finding: Int64
        package var observation: Int
        package var problem: Int64
    }

    /// One queued message.
    package struct Message: Sendable {
        package var id: String
        package var message: QueuedMessage
        package var place: Place
        package var queuedAt: Date
        package var state = Notification.State.pending
    }

    private struct FindingRow: Sendable {
        var status: FindingStatus
        var severity: Severity
        var observedAt: Date
        var problem: Int64?
        var observation: Int
        var disposition: String
    }

    private struct AlertPlace: Sendable, Hashable {
        var problem: Int64
        var destination: String
    }

    private struct ItemRow: Sendable {
        var item: WaitingItem
        var place: Place
    }

    private struct Timer: Sendable {
        var nextAt: Date?
        var dueAt: Date?
    }

    private struct Source: Sendable {
        var key: String
        var severity: Severity
        var finding: FindingKey
    }

    package var position: Int64 = 0
    package private(set) var messages: [Message] = []
    /// The indices of messages that are pending, in order.
    package private(set) var queue: [Int] = []
    /// The units of what is pending and of what waits.
    package private(set) var pendingUnits = 0
    package private(set) var waitingUnits = 0
    /// The group of each item that waits.
    private var waitingItems: [Int64: Int64] = [:]
    package private(set) var groups: [Int64: AlertGroup] = [:]
    /// The dates of groups that have any, beside the groups because they are asked for far more often than all the rest.
    private var timers: [Int64: Timer] = [:]
    package var storms: [String: AlertGroup?] = [:]
    package var silences: [EndedSilence] = []
    package var heldUnderVersion = 0
    private var keys: Set<String> = []
    private var numbers: [FindingKey: Int64] = [:]
    private var findings: [Int64: FindingRow] = [:]
    private var problems: [FindingKey: Int64] = [:]
    private var members: [Int64: [Int64]] = [:]
    private var observations: [Finding] = []
    private var alerts: [AlertPlace: Alert] = [:]
    /// Where the active alerts of each group are.
    private var activePlaces: [Int64: Set<AlertPlace>] = [:]
    private var names: [AlertGroup.Name: Int64] = [:]
    private var lastGroup: Int64 = 0
    private var items: [Int64: ItemRow] = [:]
    /// The items that each message told, in no order.
    private var toldItems: [String: [Int64]] = [:]
    private var lastItem: Int64 = 0
    private var sources: [AlertPlace: [Source]] = [:]
    private var holds: [AlertPlace: [String]] = [:]
    /// What every observation came to.
    package private(set) var records: [(record: ObservationRecord, key: FindingKey, problem: Int64)] = []

    package init() {}

    // MARK: What comes in

    package func appliedPosition() throws -> Int64 { position }

    package mutating func advance(to position: Int64) throws { self.position = position }

    package mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool {
        keys.insert(redeliveryKey).inserted
    }

    package mutating func lastObserved(_ key: FindingKey) throws -> Finding? {
        numbers[key].flatMap { findings[$0] }.map { observations[$0.observation] }
    }

    package mutating func observe(
        _ finding: Finding,
        problem: FindingKey?,
        disposition: String,
        receivedAt: Date
    ) throws -> (place: Place, state: ProblemState) {
        observations.append(finding)
        let observation = observations.count - 1
        let observedAt = finding.observedAt(receivedAt: receivedAt)
        let number = numbers[finding.key] ?? Int64(numbers.count + 1)
        numbers[finding.key] = number
        var isStale = false
        if var row = findings[number] {
            isStale = finding.updatedAt != nil && observedAt < row.observedAt
            if isStale == false {
                row.status = finding.status
                row.severity = finding.severity
                row.observedAt = max(row.observedAt, observedAt)
                row.observation = observation
                row.disposition = disposition
                findings[number] = row
            }
        } else {
            let first = problem.map { problems[$0] ?? number }
            if let problem { problems[problem] = first }
            if let first { members[first, default: []].append(number) }
            findings[number] = FindingRow(
                status: finding.status,
                severity: finding.severity,
                observedAt: observedAt,
                problem: first,
                observation: observation,
                disposition: disposition
            )
        }
        let first = findings[number]?.problem
        let place = Place(finding: number, observation: observation, problem: first ?? number)
        guard let first else {
            return (place, ProblemState(status: finding.status, severity: finding.severity, isStale: isStale))
        }
        let rows = (members[first] ?? []).compactMap { findings[$0] }.map { (status: $0.status, severity: $0.severity) }
        return (place, ProblemState(of: rows, isStale: isStale))
    }

    package mutating func record(
        _ observation: ObservationRecord,
        of finding: Finding,
        content: String,
        at place: Place
    ) throws {
        records.append((observation, finding.key, place.problem))
    }

    // MARK: Alerts

    package mutating func alert(at place: Place, finding: FindingKey, destination: String) throws -> Alert? {
        alerts[AlertPlace(problem: place.problem, destination: destination)]
    }

    package mutating func save(_ alert: Alert, at place: Place) throws {
        let at = AlertPlace(problem: place.problem, destination: alert.destination)
        if let group = alerts[at]?.group { activePlaces[group]?.remove(at) }
        if let group = alert.group, alert.status == .active { activePlaces[group, default: []].insert(at) }
        alerts[at] = alert
    }

    package mutating func finding(at place: Place) throws -> Finding { observations[place.observation] }

    package mutating func disposition(at place: Place) throws -> String { findings[place.finding]?.disposition ?? "" }

    package func findingID(at place: Place) -> String { "f\(place.finding)" }

    package func problemNumber(at place: Place) -> Int64 { place.problem }

    /// Of several that report the problem, the most severe active one.
    private func place(of problem: Int64) -> Place {
        let active = (members[problem] ?? []).filter { findings[$0]?.status == .active }
        let finding = active.max { one, other in
            guard let left = findings[one], let right = findings[other] else { return false }
            return (left.severity, other) < (right.severity, one)
        }
        let number = finding ?? problem
        return Place(finding: number, observation: findings[number]?.observation ?? 0, problem: problem)
    }

    private func active(in group: Int64) -> [(alert: Alert, place: Place)] {
        (activePlaces[group] ?? [])
            .compactMap { at in alerts[at].map { (alert: $0, place: place(of: at.problem)) } }
            .sorted {
                ($1.alert.severity, $0.alert.openedAt, $0.place.problem) < (
                    $0.alert.severity, $1.alert.openedAt, $1.place.problem
                )
            }
    }

    package mutating func activeAlerts(in group: Int64, limit: Int) throws -> [(alert: Alert, place: Place)] {
        Array(active(in: group).filter { $0.alert.notifiedSeverity != nil }.prefix(limit))
    }

    package mutating func oldestAlert(in group: Int64) throws -> (alert: Alert, place: Place)? {
        active(in: group).min { $0.alert.openedAt < $1.alert.openedAt }
    }

    package mutating func activeCount(in group: Int64, upTo limit: Int) throws -> Int {
        min(limit, active(in: group).count { $0.alert.notifiedSeverity != nil })
    }

    package mutating func alerts(silencedBy silence: String, limit: Int) throws -> [(alert: Alert, place: Place)] {
        alerts.filter {
            $0.value.held?.reason == .silenced && $0.value.held?.by == silence && $0.value.status == .active
        }
        .sorted { ($0.key.problem, $0.key.destination) < ($1.key.problem, $1.key.destination) }
        .prefix(limit)
        .map { (alert: $0.value, place: place(of: $0.key.problem)) }
    }

    /// Every alert with the number of its problem, for tests to look at.
    package var allAlerts: [(problem: Int64, alert: Alert)] { alerts.map { ($0.key.problem, $0.value) } }

    // MARK: Messages

    package mutating func queue(_ message: QueuedMessage, at place: Place, now: Date) throws -> String {
        let id = "n\(messages.count)"
        queue.append(messages.count)
        pendingUnits += message.units
        messages.append(Message(id: id, message: message, place: place, queuedAt: now))
        return id
    }

    package mutating func pending(at destination: String, upTo limit: Int) throws -> Int {
        min(limit, queue.count { messages[$0].message.alert.destination == destination })
    }

    package mutating func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews<Place>] {
        queue.map { messages[$0] }.filter { $0.message.alert.destination == destination }.prefix(limit).flatMap {
            message in
            let queued = message.message
            let lead = QueuedNews(
                id: message.id,
                place: message.place,
                transition: queued.transition,
                severity: queued.alert.severity,
                receivedAt: queued.receivedAt,
                units: queued.units,
                known: queued.known,
                isFoldable: (queued.bundle == nil || queued.transition == .reminder)
                    && hasReachedSomebody(message) == false
            )
            guard queued.bundle != nil else { return [lead] }
            let others = (toldItems[message.id] ?? []).compactMap { items[$0] }.map { row in
                var news = lead
                news.place = row.place
                return news
            }
            return [lead] + others
        }
    }

    /// Whether another recipient of the same news has it already.
    private func hasReachedSomebody(_ message: Message) -> Bool {
        guard message.message.recipient != nil else { return false }
        return messages.contains { other in
            other.id != message.id && other.place == message.place && other.state == .delivered
                && other.message.alert.destination == message.message.alert.destination
                && other.message.transition == message.message.transition
        }
    }

    package mutating func fold(_ notifications: [String]) throws {
        for index in queue where notifications.contains(messages[index].id) { settle(index, as: .folded) }
    }

    /// Takes a pending message out of the queue as sent.
    package mutating func settle(_ index: Int, as state: Notification.State) {
        messages[index].state = state
        pendingUnits -= messages[index].message.units
        queue.removeAll { $0 == index }
    }

    // MARK: Groups

    package mutating func group(_ name: AlertGroup.Name) throws -> AlertGroup? { names[name].flatMap { groups[$0] } }

    package mutating func group(numbered number: Int64) throws -> AlertGroup? { groups[number] }

    package mutating func insert(_ group: AlertGroup) throws -> Int64 {
        lastGroup += 1
        var group = group
        group.number = lastGroup
        names[group.name] = lastGroup
        try save(group)
        return lastGroup
    }

    package mutating func save(_ group: AlertGroup) throws {
        groups[group.number] = group
        let timer = Timer(nextAt: group.nextAt, dueAt: group.dueAt)
        timers[group.number] = timer.nextAt == nil && timer.dueAt == nil ? nil : timer
    }

    package mutating func remove(_ group: AlertGroup) throws {
        groups[group.number] = nil
        timers[group.number] = nil
        names[group.name] = nil
    }

    package mutating func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] {
        var due: [(at: Date, group: Int64)] = []
        for (number, timer) in timers {
            guard let at = timer.nextAt, at <= now else { continue }
            due.append((at, number))
        }
        return due.sorted { ($0.at, $0.group) < ($1.at, $1.group) }.prefix(limit).compactMap { groups[$0.group] }
    }

    /// When something is due.
    package var nextTimer: Date? {
        var next: Date?
        func take(_ date: Date?) {
            guard let date else { return }
            next = next.map { min($0, date) } ?? date
        }
        for timer in timers.values { take(timer.nextAt) }
        for silence in silences { take(silence.endsAt) }
        return next
    }

    // MARK: What waits in groups

    package mutating func put(_ item: WaitingItem, at place: Place) throws -> Int64 {
        lastItem += 1
        var item = item
        item.number = lastItem
        items[lastItem] = ItemRow(item: item, place: place)
        waitingItems[lastItem] = item.group
        waitingUnits += item.units
        return lastItem
    }

    package mutating func refer(item: Int64, to place: Place) throws {
        guard items[item]?.item.state == .waiting else { return }
        items[item]?.place.finding = place.finding
        items[item]?.place.observation = place.observation
    }

    package mutating func withdraw(item: Int64) throws -> Int? {
        guard let row = items[item], row.item.state == .waiting else { return nil }
        end(item, as: .withdrawn)
        return row.item.units
    }

    private mutating func end(_ item: Int64, as state: WaitingItem.State) {
        items[item]?.item.state = state
        guard waitingItems.removeValue(forKey: item) != nil else { return }
        waitingUnits -= items[item]?.item.units ?? 0
    }

    private func rows(in group: Int64, _ state: WaitingItem.State) -> [(item: WaitingItem, place: Place)] {
        (state == .waiting
            ? waitingItems.filter { $0.value == group }.compactMap { items[$0.key] }
            : items.values.filter { $0.item.group == group && $0.item.state == state })
            .sorted { ($1.item.severity, $0.item.number) < ($0.item.severity, $1.item.number) }
            .map { (item: $0.item, place: $0.place) }
    }

    package mutating func waiting(in group: Int64, limit: Int) throws -> [(item: WaitingItem, place: Place)] {
        Array(rows(in: group, .waiting).prefix(limit))
    }

    package mutating func waitingCount(in group: Int64) throws -> Int {
        waitingItems.count { $0.value == group }
    }

    package mutating func toldItem(in group: Int64) throws -> (item: WaitingItem, place: Place)? {
        rows(in: group, .told).first
    }

    package mutating func sum(of group: Int64) throws -> WaitingSum {
        var tallies = BundleTallies()
        var sum = WaitingSum(count: 0, units: 0, counts: .init())
        for (item, place) in rows(in: group, .waiting) {
            let finding = observations[place.observation]
            sum.count += 1
            sum.units += item.units
            tallies.add(
                severity: item.severity,
                transition: item.transition,
                account: finding.account,
                product: finding.product,
                control: finding.controls.first
            )
        }
        sum.counts = tallies.counts
        return sum
    }

    package mutating func tell(_ items: [Int64], in notification: String) throws {
        for number in items {
            end(number, as: .told)
            if let before = self.items[number]?.item.notification { toldItems[before]?.removeAll { $0 == number } }
            toldItems[notification, default: []].append(number)
            self.items[number]?.item.notification = notification
        }
    }

    package mutating func tellEverything(in group: Int64, by notification: String) throws {
        for (item, place) in rows(in: group, .waiting) {
            let at = AlertPlace(problem: place.problem, destination: item.destination)
            if alerts[at]?.waiting?.item == item.number {
                alerts[at]?.announce(item.transition, severity: item.severity)
            }
            try tell([item.number], in: notification)
        }
    }

    package mutating func move(item: Int64, to group: Int64) throws {
        items[item]?.item.group = group
        if waitingItems[item] != nil { waitingItems[item] = group }
    }

    /// What a message told, with the problem of each; nothing for a message about one alert that was queued at once.
    package func told(in notification: String) -> [(item: WaitingItem, problem: Int64)] {
        (toldItems[notification] ?? []).sorted().compactMap { items[$0] }.map { ($0.item, $0.place.problem) }
    }

    package var isAnythingWaiting: Bool { waitingItems.isEmpty == false }

    /// The items that wait in groups without a date.
    package var strandedItems: [Int64] { waitingItems.filter { timers[$0.value]?.dueAt == nil }.map(\.key) }

    /// An item that waits.
    package func waiting(item: Int64) -> WaitingItem? { waitingItems[item].flatMap { _ in items[item]?.item } }

    // MARK: Inhibition

    package mutating func setSource(
        _ keys: [String],
        severity: Severity,
        finding: FindingKey,
        at place: Place,
        destination: String
    ) throws -> [String] {
        let at = AlertPlace(problem: place.problem, destination: destination)
        let before = sources[at] ?? []
        sources[at] = keys.isEmpty ? nil : keys.map { Source(key: $0, severity: severity, finding: finding) }
        return before.filter { keys.contains($0.key) == false || severity < $0.severity }.map(\.key)
    }

    package mutating func sourceDestinations(at place: Place) throws -> [String] {
        sources.keys.filter { $0.problem == place.problem }.map(\.destination).sorted()
    }

    package mutating func strongestSource(
        under keys: [String],
        besides place: Place,
        destination: String
    ) throws -> Triage.Inhibitor? {
        let found = sources.filter { $0.key.destination == destination && $0.key.problem != place.problem }
            .values.joined().filter { keys.contains($0.key) }
        return found.max { ($0.severity, $1.finding.rawValue) < ($1.severity, $0.finding.rawValue) }
            .map { Triage.Inhibitor(finding: $0.finding, severity: $0.severity) }
    }

    package mutating func setHeld(_ keys: [String], at place: Place, destination: String) throws {
        holds[AlertPlace(problem: place.problem, destination: destination)] = keys.isEmpty ? nil : keys
    }

    package mutating func held(
        under key: String?,
        destination: String,
        after number: Int64,
        limit: Int
    ) throws -> [(number: Int64, keys: [String], alert: Alert, place: Place)] {
        holds.filter { at, keys in
            at.destination == destination && at.problem > number && (key.map { keys.contains($0) } ?? true)
        }
        .sorted { $0.key.problem < $1.key.problem }.prefix(limit)
        .compactMap { at, keys in alerts[at].map { (at.problem, keys, $0, place(of: at.problem)) } }
    }

    package mutating func destinationsHolding() throws -> [String] { Set(holds.keys.map(\.destination)).sorted() }

    package mutating func setHeldUnderVersion(_ version: Int) throws { heldUnderVersion = version }

    // MARK: Silences

    package mutating func end(ofSilence id: String) throws -> Date? { silences.first { $0.id == id }?.endsAt }

    package mutating func endedSilence(now: Date) throws -> EndedSilence? { silences.first { $0.endsAt <= now } }

    package mutating func close(silence id: String) throws { silences.removeAll { $0.id == id } }
}
