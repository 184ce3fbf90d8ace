import Findings
import FoundationEssentials
import Noise
import Routing
import Simulation
import Store
import Triage

/// A store with all that stands behind one, for a simulated week.
struct StoredWeek: SimulatedStore {
    let store: OpenStore

    func take(_ events: [DecidedEvent], now: Date) async throws -> AppliedBatch {
        let count = events.reduce(0) { $0 + $1.observations.count }
        let position = try await store.accept(count, at: now)
        let entry = DecidedEntry(position: position, receivedAt: now, events: events, observations: count)
        return try await store.roles.apply([entry], now: now)
    }

    func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws {
        while try await store.roles.fire(now: now, table: table, silences: silences) {}
    }

    func nextTimer() async throws -> Date? { try await store.roles.nextTimer() }

    func nextDue() async throws -> [String: Date] { try await store.roles.nextDue() }

    func deliver(from destination: String, limit: Int, now: Date, finished: Date) async throws -> [DeliveredMessage] {
        let claimed = try await store.claim(destination, limit: limit, at: now)
        try await store.roles.settle(claimed.map { Settlement($0, .delivered, at: finished) })
        return claimed.map { notification in
            DeliveredMessage(
                id: notification.id,
                queuedAt: notification.createdAt,
                transition: notification.content.transition,
                bundle: notification.content.bundle
            )
        }
    }

    func critical(_ finding: FindingKey, receivedAt: Date) async throws -> ObservationRecord? {
        var record = try await store.roles.finding(finding.rawValue)?.observations.first {
            $0.receivedAt == receivedAt && $0.severity == .critical && $0.status == .active
        }
        for (index, outcome) in (record?.outcomes ?? []).enumerated() {
            record?.outcomes[index].notifications += [outcome.itemState?.notification].compactMap(\.self)
        }
        return record
    }

    func totals() async throws -> Totals { try await store.roles.totals() }
}
