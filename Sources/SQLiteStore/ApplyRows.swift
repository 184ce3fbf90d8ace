import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// Triage's rows, inside the transaction of its connection.
struct ApplyRows: TriageTransaction {
    /// The rows of one observation.
    struct Place {
        var finding: Int64
        var observation: Int64
        /// The finding that numbers the problem: the first that reported it.
        var problem: Int64
    }

    private let db: Database
    private var observation: Int64
    private var notifications: NotificationSequence
    var storms: [String: AlertGroup?] = [:]
    /// How many messages wait at destinations that were asked about.
    private var pending: [String: Int] = [:]
    /// Whether any problem may hold others back, once that was asked.
    private var hasSources: Bool?
    /// The last finding that may have a key as version 0.1.0 made it, once that was asked; 0 when none has.
    private var lastFormer: Int64?
    /// The observation at hand, which is not written yet.
    private var current: (observation: Int64, finding: Finding)?

    init(_ db: Database) throws {
        self.db = db
        observation = try db.integer("SELECT max(number) FROM observations") ?? 0
        notifications = try NotificationRows.sequence(db)
    }

    // MARK: What comes in

    func appliedPosition() throws -> Int64 { try TotalsRows.appliedPosition(db) }

    mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool {
        try db.run(
            "INSERT OR IGNORE INTO redeliveries VALUES (?, ?)",
            [Blob(Fingerprint.bytes(of: redeliveryKey)), receivedAt.stored]
        )
        return db.changesCount > 0
    }

    mutating func lastObserved(_ key: FindingKey) throws -> Finding? {
        try FindingRows.lastObserved(key, db)
    }

    mutating func observe(
        _ finding: Finding,
        problem: FindingKey?,
        disposition: String,
        receivedAt: Date
    ) throws -> (place: Place, state: ProblemState) {
        observation += 1
        current = (observation, finding)
        let observed = try FindingRows.observe(
            finding,
            problem: problem,
            observation: observation,
            disposition: disposition,
            receivedAt: receivedAt,
            lastFormer: finding.key.former == nil ? 0 : formerKeysThrough(),
            db
        )
        let place = Place(
            finding: observed.number,
            observation: observation,
            problem: observed.problem ?? observed.number
        )
        guard let problem = observed.problem else {
            return (
                place,
                ProblemState(status: finding.status, severity: finding.severity, isStale: observed.isStale)
            )
        }
        return (place, try FindingRows.state(of: problem, isStale: observed.isStale, db))
    }

    mutating func record(_ observation: ObservationRecord, of finding: Finding, content: String, at place: Place) throws
    {
        try ObservationRows.insert(
            observation,
            content: content,
            number: place.observation,
            findingNumber: place.finding,
            db
        )
        current = nil
    }

    mutating func advance(to position: Int64) throws {
        try db.run("UPDATE totals SET value = ? WHERE name = 'applied_position'", [position])
    }

    private mutating func formerKeysThrough() throws -> Int64 {
        if let lastFormer { return lastFormer }
        let last = try db.integer("SELECT value FROM totals WHERE name = 'former_keys_through'") ?? 0
        lastFormer = last
        return last
    }

    // MARK: Alerts

    mutating func alert(at place: Place, finding: FindingKey, destination: String) throws -> Alert? {
        try AlertRows.alert(of: place.problem, key: finding, at: destination, db)
    }

    mutating func save(_ alert: Alert, at place: Place) throws { try AlertRows.save(alert, of: place.problem, db) }

    mutating func finding(at place: Place) throws -> Finding {
        if let current, current.observation == place.observation { return current.finding }
        return try FindingRows.finding(
            in: String.fetchOne(
                db.cachedStatement(sql: "SELECT content FROM observations WHERE number = ?"),
                arguments: [place.observation]
            )
        )
    }

    mutating func disposition(at place: Place) throws -> String {
        try db.first("SELECT disposition FROM findings WHERE number = ?", [place.finding]) { $0.text(0) } ?? ""
    }

    func findingID(at place: Place) -> String { FindingRows.id(of: place.finding) }

    func problemNumber(at place: Place) -> Int64 { place.problem }

    mutating func activeAlerts(in group: Int64, limit: Int) throws -> [(alert: Alert, place: Place)] {
        try AlertRows.list(
            """
            a.grp = ? AND a.status = 'ACTIVE' AND a.notified_severity IS NOT NULL
            ORDER BY a.severity DESC, a.opened_at LIMIT ?
            """,
            [group, limit],
            db
        )
    }

    mutating func oldestAlert(in group: Int64) throws -> (alert: Alert, place: Place)? {
        try AlertRows.list("a.grp = ? AND a.status = 'ACTIVE' ORDER BY a.opened_at LIMIT 1", [group], db).first
    }

    mutating func activeCount(in group: Int64, upTo limit: Int) throws -> Int {
        let count = try db.integer(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM alerts WHERE grp = ? AND status = 'ACTIVE' AND notified_severity IS NOT NULL LIMIT ?
            )
            """,
            [group, limit]
        )
        return Int(count ?? 0)
    }

    mutating func alerts(silencedBy silence: String, limit: Int) throws -> [(alert: Alert, place: Place)] {
        try AlertRows.list(
            "a.held_by = ? AND a.held = 'silenced' AND a.status = 'ACTIVE' LIMIT ?",
            [silence, limit],
            db
        )
    }

    // MARK: Messages

    mutating func queue(_ message: QueuedMessage, at place: Place, now: Date) throws -> String {
        let next = notifications.next(now: now)
        try NotificationRows.insert(
            message,
            number: next.number,
            id: next.id,
            finding: place.finding,
            observation: place.observation,
            now: now,
            db
        )
        if let count = pending[message.alert.destination] { pending[message.alert.destination] = count + 1 }
        return next.id
    }

    mutating func pending(at destination: String, upTo limit: Int) throws -> Int {
        if let known = pending[destination] { return min(known, limit) }
        let count = try QueueRows.pending(at: destination, upTo: limit, db)
        pending[destination] = count
        return count
    }

    mutating func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews<Place>] {
        try QueueRows.news(at: destination, limit: limit, db)
    }

    mutating func fold(_ notifications: [String]) throws {
        pending = [:]
        try QueueRows.fold(notifications, db)
    }

    // MARK: Groups

    mutating func group(_ name: AlertGroup.Name) throws -> AlertGroup? { try GroupRows.group(name, db) }

    mutating func group(numbered number: Int64) throws -> AlertGroup? { try GroupRows.group(numbered: number, db) }

    mutating func insert(_ group: AlertGroup) throws -> Int64 { try GroupRows.insert(group, db) }

    mutating func save(_ group: AlertGroup) throws { try GroupRows.save(group, db) }

    mutating func remove(_ group: AlertGroup) throws { try GroupRows.remove(group.number, db) }

    mutating func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] {
        try GroupRows.due(now: now, limit: limit, db)
    }

    // MARK: What waits in groups

    mutating func put(_ item: WaitingItem, at place: Place) throws -> Int64 { try ItemRows.insert(item, at: place, db) }

    mutating func refer(item: Int64, to place: Place) throws { try ItemRows.refer(item, to: place, db) }

    mutating func withdraw(item: Int64) throws -> Int? { try ItemRows.withdraw(item, db) }

    mutating func waiting(in group: Int64, limit: Int) throws -> [(item: WaitingItem, place: Place)] {
        try ItemRows.waiting(in: group, limit: limit, db)
    }

    mutating func waitingCount(in group: Int64) throws -> Int { try ItemRows.count(in: group, db) }

    mutating func toldItem(in group: Int64) throws -> (item: WaitingItem, place: Place)? {
        try ItemRows.told(in: group, db)
    }

    mutating func sum(of group: Int64) throws -> WaitingSum { try ItemRows.sum(of: group, db) }

    mutating func tell(_ items: [Int64], in notification: String) throws {
        try ItemRows.tell(items, in: notification, db)
    }

    mutating func tellEverything(in group: Int64, by notification: String) throws {
        try ItemRows.tellEverything(in: group, by: notification, db)
    }

    mutating func move(item: Int64, to group: Int64) throws { try ItemRows.move(item, to: group, db) }

    // MARK: Inhibition

    mutating func setSource(
        _ keys: [String],
        severity: Severity,
        finding: FindingKey,
        at place: Place,
        destination: String
    ) throws -> [String] {
        if keys.isEmpty == false { hasSources = true }
        return try InhibitionRows.setSource(
            keys,
            severity: severity,
            finding: finding,
            at: place,
            destination: destination,
            db
        )
    }

    mutating func sourceDestinations(at place: Place) throws -> [String] {
        if hasSources == nil { hasSources = try InhibitionRows.hasSources(db) }
        guard hasSources == true else { return [] }
        return try InhibitionRows.sourceDestinations(of: place.problem, db)
    }

    mutating func strongestSource(
        under keys: [String],
        besides place: Place,
        destination: String
    ) throws -> Triage.Inhibitor? {
        try InhibitionRows.strongest(under: keys, besides: place.problem, destination: destination, db)
    }

    mutating func setHeld(_ keys: [String], at place: Place, destination: String) throws {
        try InhibitionRows.setHeld(keys, at: place, destination: destination, db)
    }

    mutating func held(
        under key: String?,
        destination: String,
        after number: Int64,
        limit: Int
    ) throws -> [(number: Int64, keys: [String], alert: Alert, place: Place)] {
        try InhibitionRows.held(under: key, destination: destination, after: number, limit: limit, db).compactMap {
            entry in
            try AlertRows.list("a.finding = ? AND a.destination = ?", [entry.number, destination], db).first
                .map { (entry.number, entry.keys, $0.alert, $0.place) }
        }
    }

    mutating func destinationsHolding() throws -> [String] { try InhibitionRows.destinations(db) }

    var heldUnderVersion: Int {
        get throws { Int(try db.integer("SELECT value FROM totals WHERE name = 'held_under_version'") ?? 0) }
    }

    mutating func setHeldUnderVersion(_ version: Int) throws {
        try db.run("UPDATE totals SET value = ? WHERE name = 'held_under_version'", [version])
    }

    // MARK: Silences

    mutating func end(ofSilence id: String) throws -> Date? { try SilenceRows.end(of: id, db) }

    mutating func endedSilence(now: Date) throws -> EndedSilence? { try SilenceRows.ended(now: now, db) }

    mutating func close(silence id: String) throws { try SilenceRows.close(id, db) }
}
