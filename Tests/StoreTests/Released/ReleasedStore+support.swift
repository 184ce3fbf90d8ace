import Findings
import FoundationEssentials
import Routing
import SQLiteStore
import Store
import Testing
import Triage

/// A store on a released directory, with the rules and silences that were in force there.
struct ReleasedStore {
    let store: SQLiteStore
    let table: RoutingTable
    let silences: SilenceTable
    /// How many messages may have been sent when the process was killed.
    let uncertain: Int
    /// The entries that were accepted and not applied.
    let unapplied: [JournalEntry]

    init(_ store: SQLiteStore) async throws {
        self.store = store
        let active = try #require(try await store.activeRevision())
        let text = try #require(try await store.revision(active.version)).text
        let document = try RouteDocument.parse(text, file: "routes.json").document
        table = RoutingTable(document, version: active.version)
        silences = SilenceTable(try await store.openSilences(now: ReleasedDirectory.now), for: table)
        uncertain = try await store.recover(now: ReleasedDirectory.now)
        unapplied = try await store.unapplied(after: nil, limit: 100, byteLimit: 1 << 20)
        for entry in unapplied {
            let events = try events(entry.body, isRedelivered: true)
            _ = try await store.apply(
                [
                    DecidedEntry(
                        position: entry.position,
                        receivedAt: entry.receivedAt,
                        events: events,
                        observations: entry.observations
                    )
                ],
                now: ReleasedDirectory.now
            )
        }
    }

    private func events(_ body: [UInt8], isRedelivered: Bool) throws -> [DecidedEvent] {
        try FindingDecoder(defaults: table.document.severities).decode(body).items.compactMap { item in
            guard case .event(let event) = item else { return nil }
            let observations = event.observations.map { observation in
                let (decision, matching) = table.decide(observation, silences: silences)
                return DecidedObservation(
                    finding: observation.finding,
                    decision: decision,
                    resolutions: observation.finding.status == .resolved ? table.resolutions : nil,
                    silences: matching.map { SilenceMatch($0) },
                    problem: table.document.mergeStandards ? observation.finding.controlKey : nil
                )
            }
            return DecidedEvent(
                redeliveryKey: isRedelivered ? event.redeliveryKey : nil,
                observations: observations
            )
        }
    }

    /// Takes a request in, as the first of its event or as one that its source sends again.
    ///
    /// - Returns: `ACCOUNT TITLE: TRANSITION DESTINATION HELD`, for each outcome of each finding.
    @discardableResult
    func take(_ body: String, isRedelivered: Bool = false, at now: Date = ReleasedDirectory.now) async throws
        -> [String]
    {
        let events = try events(Array(body.utf8), isRedelivered: isRedelivered)
        let count = events.reduce(0) { $0 + $1.observations.count }
        let position = try await store.accept(
            IntakeRequest(
                receivedAt: now,
                source: "token",
                requestID: nil,
                body: Array(body.utf8),
                observations: count
            )
        )
        let entry = DecidedEntry(position: position, receivedAt: now, events: events, observations: count)
        _ = try await store.apply([entry], now: now)
        var outcomes: [String] = []
        for finding in events.flatMap(\.observations).map(\.finding) {
            let story = try #require(try await store.finding(finding.key.rawValue))
            for outcome in story.observations.last?.outcomes ?? [] {
                outcomes.append(
                    "\(finding.account ?? "") \(finding.title): \(outcome.transition) \(outcome.destination) "
                        + (outcome.held ?? "told")
                )
            }
        }
        return outcomes
    }

    /// Fires everything that is due until a moment.
    func pass(until end: Date) async throws {
        for _ in 0..<1_000 {
            guard let next = try await store.nextTimer(), next <= end else { return }
            while try await store.fire(now: max(next, ReleasedDirectory.now), table: table, silences: silences) {}
        }
        Issue.record("the timers never come to rest")
    }

    /// Every message from a moment on, oldest first.
    func messages(since moment: Date) async throws -> [Notification] {
        let page = try await store.notifications(NotificationFilter(), page: Page(limit: 500))
        return page.items.reversed().filter { $0.createdAt >= moment }
    }
}
