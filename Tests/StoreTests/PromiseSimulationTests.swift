import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("The promise holds after every step of a random life")
struct PromiseSimulationTests {
    @Test("nothing is lost, nothing is claimed twice", arguments: Backend.available, [1, 2, 3, 4] as [UInt64])
    func life(backend: Backend, seed: UInt64) async throws {
        try await OpenStore.with(backend) { store in
            var life = Life(seed: seed)
            for _ in 0..<150 {
                try await life.step(store)
                try await store.expectBalance()
            }
            try await store.restart { store in
                try await life.restart(store)
                try await life.finish(store)
                let totals = try await store.roles.totals()
                #expect(totals.isBalanced)
                #expect(totals.waiting == 0 && totals.pending == 0 && totals.dead == 0)
                #expect(totals.received == life.received && totals.redelivered == life.redelivered)
                #expect(totals.delivered == life.delivered.count)
                #expect(totals.suppressed + totals.unrouted + totals.routed == life.received - life.redelivered)
            }
        }
    }
}

/// What a store is put through, and what must then be true.
private struct Life {
    private var generator: SeededGenerator
    private var second = 0.0
    private var waiting: [DecidedEntry] = []
    private var eventIDs: [String] = []
    private var inFlight: [String: Notification] = [:]
    var received = 0
    var redelivered = 0
    var delivered: Set<String> = []

    private static let fallback = FallbackTarget(destination: "mail", recipients: ["a@example.com", "b@example.com"])

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private var now: Date { .t(second) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    mutating func step(_ store: OpenStore) async throws {
        second += 1
        switch Int.random(in: 0..<12, using: &generator) {
        case 0...3: try await accept(store)
        case 4...5: try await apply(store)
        case 6...7: try await claim(store)
        case 8...9: try await settle(store)
        case 10:
            _ = try await store.roles.divert(from: "chat", to: Life.fallback, now: now)
        default:
            _ = try await store.roles.redrive(NotificationFilter(), dryRun: false, now: now)
        }
    }

    private mutating func accept(_ store: OpenStore) async throws {
        var events: [DecidedEvent] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            var key: String?
            if let old = eventIDs.randomElement(using: &generator), chance(20) {
                key = old
            } else if chance(70) {
                key = "eventbridge:\(eventIDs.count)"
            }
            let observations = (0..<Int.random(in: 1...3, using: &generator)).map { _ in observation() }
            events.append(DecidedEvent(redeliveryKey: key, observations: observations))
            received += observations.count
            guard let key else { continue }
            if eventIDs.contains(key) { redelivered += observations.count } else { eventIDs.append(key) }
        }
        let count = events.reduce(0) { $0 + $1.observations.count }
        let position = try await store.accept(count, at: now)
        waiting.append(DecidedEntry(position: position, receivedAt: now, events: events, observations: count))
    }

    private mutating func observation() -> DecidedObservation {
        let decisions: [Decision] = [
            .unrouted, .suppressed(), .routed(), .routed(to: ["chat", "hook"]), .routed(notify: [.opened]),
            .routed(to: ["mail"], recipients: ["a@example.com", "b@example.com", "c@example.com"]),
        ]
        let dated = chance(50) ? Date.t(second - Double.random(in: 0..<5, using: &generator)) : nil
        return DecidedObservation(
            finding: .example(
                key: "finding-\(Int.random(in: 0..<6, using: &generator))",
                severity: Severity.allCases.randomElement(using: &generator) ?? .high,
                status: FindingStatus.allCases.randomElement(using: &generator) ?? .active,
                updatedAt: dated
            ),
            decision: decisions.randomElement(using: &generator) ?? .unrouted
        )
    }

    private mutating func apply(_ store: OpenStore) async throws {
        let batch = Array(waiting.prefix(Int.random(in: 1...5, using: &generator)))
        guard batch.isEmpty == false else { return }
        waiting.removeFirst(batch.count)
        try await store.roles.apply(batch, now: now)
    }

    private mutating func claim(_ store: OpenStore) async throws {
        let limit = Int.random(in: 1...6, using: &generator)
        let claimed = try await store.roles.claim(
            destinations: ["chat", "hook", "mail"],
            limit: limit,
            by: nil,
            now: now
        )
        for notification in claimed {
            #expect(delivered.contains(notification.id) == false, "claimed after its delivery")
            let isBehind = inFlight.values.contains { other in
                other.content.finding.key == notification.content.finding.key
                    && other.destination == notification.destination && other.recipient == notification.recipient
                    && other.id < notification.id
            }
            #expect(isBehind == false, "claimed before an older one about its finding was settled")
            #expect(inFlight.updateValue(notification, forKey: notification.id) == nil, "claimed twice")
        }
    }

    private mutating func settle(_ store: OpenStore) async throws {
        var settlements: [Settlement] = []
        for notification in inFlight.values.sorted(by: { $0.id < $1.id }) where chance(60) {
            inFlight[notification.id] = nil
            settlements.append(settlement(notification))
        }
        try await store.roles.settle(settlements)
    }

    private mutating func settlement(_ notification: Notification) -> Settlement {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return Settlement(notification, .retry(at: .t(second + 3), isMinimal: chance(30)), at: now)
        case 1:
            let retry = Settlement.Next.retry(at: .t(second + 1), isMinimal: false)
            return Settlement(notification, retry, verdict: .uncertain, at: now)
        case 2:
            let target = chance(50) ? Life.fallback : nil
            return Settlement(notification, .dead(reason: "refused", rendered: "x", fallback: target), at: now)
        default:
            delivered.insert(notification.id)
            return Settlement(notification, .delivered, at: now)
        }
    }

    mutating func restart(_ store: OpenStore) async throws {
        second += 1
        #expect(try await store.roles.recover(now: now) == inFlight.count)
        inFlight = [:]
        try await store.expectBalance()
    }

    /// Applies and delivers everything that is left.
    mutating func finish(_ store: OpenStore) async throws {
        if waiting.isEmpty == false { try await store.roles.apply(waiting, now: now) }
        waiting = []
        repeat {
            second += 10
            _ = try await store.roles.redrive(NotificationFilter(), dryRun: false, now: now)
            try await claim(store)
            let settlements = inFlight.values.map { Settlement($0, .delivered, at: now) }
            delivered.formUnion(inFlight.keys)
            inFlight = [:]
            try await store.roles.settle(settlements)
        } while try await store.roles.totals().pending > 0
    }
}
