import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// Applies journal entries to the tables, inside the transaction of its connection.
struct ApplyRows: ApplyTransaction {
    /// The rows of one observation.
    struct Place {
        var finding: Int64
        var observation: Int64
    }

    private let db: Database
    private var observation: Int64
    private var notifications: NotificationSequence

    init(_ db: Database) throws {
        self.db = db
        observation = try db.integer("SELECT max(number) FROM observations") ?? 0
        notifications = try NotificationRows.sequence(db)
    }

    func appliedPosition() throws -> Int64 { try TotalsRows.appliedPosition(db) }

    mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool {
        try db.run(
            "INSERT OR IGNORE INTO redeliveries VALUES (?, ?)",
            [Data(Fingerprint.bytes(of: redeliveryKey)), receivedAt.stored]
        )
        return db.changesCount > 0
    }

    mutating func observe(_ finding: Finding, disposition: String, receivedAt: Date) throws -> Place {
        observation += 1
        let number = try FindingRows.observe(
            finding,
            observation: observation,
            disposition: disposition,
            receivedAt: receivedAt,
            db
        )
        return Place(finding: number, observation: observation)
    }

    mutating func alert(at place: Place, finding: FindingKey, destination: String) throws -> Alert? {
        try AlertRows.alert(of: place.finding, key: finding, at: destination, db)
    }

    mutating func save(_ alert: Alert, at place: Place) throws {
        try AlertRows.save(alert, of: place.finding, db)
    }

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
        return next.id
    }

    mutating func record(_ observation: ObservationRecord, of finding: Finding, at place: Place) throws {
        try ObservationRows.insert(
            observation,
            of: finding,
            number: place.observation,
            findingNumber: place.finding,
            db
        )
    }

    mutating func advance(to position: Int64) throws {
        try db.run("UPDATE totals SET value = ? WHERE name = 'applied_position'", [position])
    }
}
