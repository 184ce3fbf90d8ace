import Findings
import FoundationEssentials
import GRDB
import Triage

/// Triage's rows, inside the transaction of a connection.
///
/// Single rows are asked for one by one: a statement that is prepared takes a few microseconds here, and no way to a server.
struct StoredTriage: TriageRows {
    let db: Database
    /// Groups that are left out of what is due, since they cannot be read.
    var unreadableGroups: Set<Int64> = []

    func counters() throws -> TriageCounters {
        func number(_ sql: String) throws -> Int64 { try db.first(sql) { try $0.integer(0) } ?? 0 }
        func total(_ name: String) throws -> Int64 {
            try db.first("SELECT value FROM totals WHERE name = ?", [name]) { try $0.integer(0) } ?? 0
        }
        func given(_ table: String) throws -> Int64 {
            try db.first("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]) { try $0.integer(0) } ?? 0
        }
        return TriageCounters(
            applied: JournalCursor([try TotalsRows.appliedPosition(db)]),
            heldUnderVersion: Int(try total("held_under_version")),
            finding: try number("SELECT max(number) FROM findings"),
            observation: try number("SELECT max(number) FROM observations"),
            group: try given("alert_groups"),
            item: try given("waiting_items"),
            notifications: try NotificationRows.sequence(db),
            hasSources: try InhibitionRows.hasSources(db),
            formerKeysThrough: try total("former_keys_through")
        )
    }

    func load(_ wanted: WantedRows) throws -> FoundRows {
        var found = FoundRows()
        for key in wanted.redeliveryKeys where try RedeliveryRows.isKnown(key, db) { found.redeliveryKeys.append(key) }
        found.findings += try wanted.findings.compactMap { try FindingRows.row($0, db) }
        found.findings += try wanted.findingNumbers.compactMap { try FindingRows.row(numbered: $0, db) }
        for key in wanted.formerKeys { found.former[key] = try FormerRows.find(key, db) }
        for key in wanted.problems { found.problems[key] = try FindingRows.problem(key, db) }
        for problem in wanted.members { found.members[problem] = try FindingRows.members(of: problem, db) }
        for number in wanted.contents { found.contents[number] = try ObservationRows.find(number, db) }
        for key in wanted.alerts { found.alerts[key] = try AlertRows.alert(key, db) }
        found.groups += try wanted.groups.compactMap { try GroupRows.group($0, db) }
        found.groups += try wanted.groupNumbers.compactMap { try GroupRows.group(numbered: $0, db) }
        found.items += try wanted.items.compactMap { try ItemRows.item($0, db) }
        for problem in wanted.sources { found.sources[problem] = try InhibitionRows.sources(of: problem, db) }
        for key in wanted.holds { found.holds[key] = try InhibitionRows.keys(holding: key, db) }
        for id in wanted.silences { found.silenceEnds[id] = try SilenceRows.end(of: id, db) }
        return found
    }

    func write(_ changes: ChangedRows) throws {
        for entry in changes.redeliveryKeys { try RedeliveryRows.insert(entry.key, receivedAt: entry.receivedAt, db) }
        for change in changes.newFindings { try FindingRows.insert(change, db) }
        for change in changes.findings { try FindingRows.save(change, db) }
        for problem in changes.problems { try FindingRows.insert(problem.key, reportedBy: problem.first, db) }
        for row in changes.ledger { try ObservationRows.insert(row, db) }
        // Before the new ones: a group may have the name of one that is gone.
        for number in changes.removedGroups { try GroupRows.remove(number, db) }
        for group in changes.newGroups { try GroupRows.insert(group, db) }
        for group in changes.groups { try GroupRows.save(group, db) }
        for row in changes.newItems { try ItemRows.insert(row, db) }
        for row in changes.items { try ItemRows.save(row, db) }
        for key in changes.removedAlerts { try AlertRows.remove(key, db) }
        for entry in changes.alerts { try AlertRows.save(entry.alert, of: entry.key.problem, db) }
        for row in changes.messages { try NotificationRows.insert(row, db) }
        if changes.folded.isEmpty == false { try QueueRows.fold(changes.folded, db) }
        for entry in changes.sources {
            try InhibitionRows.replaceSources(of: entry.problem, with: entry.byDestination, db)
        }
        for entry in changes.holds { try InhibitionRows.hold(entry.key, of: entry.finding, under: entry.keys, db) }
        for id in changes.closedSilences { try SilenceRows.close(id, db) }
        try RuleHourRows.add(changes.counts.rules, db)
        try FateHourRows.add(changes.counts.fates, db)
        try OpenHourRows.add(changes.counts.open, db)
        try ShadowRows.add(changes.counts.shadows, db)
        for position in changes.applied {
            try db.run("UPDATE totals SET value = ? WHERE name = 'applied_position'", [position])
        }
        if let version = changes.heldUnderVersion {
            try db.run("UPDATE totals SET value = ? WHERE name = 'held_under_version'", [version])
        }
    }

    func alerts(_ question: AlertQuestion, limit: Int) throws -> [FoundAlert] {
        try AlertRows.list(question, limit: limit, db)
    }

    func count(_ question: AlertQuestion, upTo limit: Int) throws -> Int {
        try AlertRows.count(question, upTo: limit, db)
    }

    func items(in group: Int64, _ state: WaitingItem.State, limit: Int) throws -> [ItemRow] {
        try ItemRows.items(in: group, state, limit: limit, db)
    }

    func waitingCount(in group: Int64) throws -> Int { try ItemRows.count(in: group, db) }

    func sum(of group: Int64) throws -> WaitingSum { try ItemRows.sum(of: group, db) }

    func strongestSource(
        under keys: [String],
        besides problem: Int64,
        destination: String
    ) throws -> Triage.Inhibitor? {
        try InhibitionRows.strongest(under: keys, besides: problem, destination: destination, db)
    }

    func pending(at destination: String, upTo limit: Int) throws -> Int {
        try QueueRows.pending(at: destination, upTo: limit, db)
    }

    func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews] {
        try QueueRows.news(at: destination, limit: limit, db)
    }

    func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] {
        try GroupRows.due(now: now, limit: limit, besides: unreadableGroups, db)
    }

    func destinationsHolding() throws -> [String] { try InhibitionRows.destinations(db) }

    func endedSilence(now: Date) throws -> EndedSilence? { try SilenceRows.ended(now: now, db) }
}

/// The keys of events that were applied, as the first 16 bytes of their SHA-256.
enum RedeliveryRows {
    static func isKnown(_ key: String, _ db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM redeliveries WHERE key = ?", [Blob(Fingerprint.bytes(of: key))]) { _ in true }
            ?? false
    }

    static func insert(_ key: String, receivedAt: Date, _ db: Database) throws {
        try db.run("INSERT INTO redeliveries VALUES (?, ?)", [Blob(Fingerprint.bytes(of: key)), receivedAt.stored])
    }
}
