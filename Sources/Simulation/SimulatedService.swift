package import FoundationEssentials
package import Routing
import Store
package import Triage

/// A service under a manual clock: what comes is applied, timers fire when they are due, and every destination takes
/// messages at its rate and never fails.
package struct SimulatedService<Backend: SimulatedStore> {
    package internal(set) var store: Backend
    package let table: RoutingTable
    package private(set) var now: Date
    private let silences: SilenceTable
    private var lanes: [SimulatedLane]
    private var timer: Date?

    /// - Parameters:
    ///   - store: Where everything is kept.
    ///   - table: The rules in force.
    ///   - silences: The silences there are, in force or not.
    ///   - start: The time.
    package init(_ store: Backend, table: RoutingTable, silences: [Silence] = [], from start: Date) {
        self.store = store
        self.table = table
        self.silences = SilenceTable(silences, for: table)
        lanes = table.document.destinations.map { SimulatedLane($0) }
        now = start
    }

    /// Accepts events as one entry and applies it.
    package mutating func take(_ events: [DecidedEvent]) async throws {
        let batch = try await store.take(events, now: now)
        if batch.notifications > 0 { try await lookAtQueue() }
        if batch.hasTimers { timer = try await store.nextTimer() }
    }

    /// Lets time pass; what is due first is done first.
    ///
    /// - Parameter end: The time afterwards.
    /// - Returns: What was delivered meanwhile, in order.
    /// - Throws: What the store throws.
    package mutating func pass(until end: Date) async throws -> [SimulatedDelivery] {
        var delivered: [SimulatedDelivery] = []
        // As the service does, which does not rely on being woken alone.
        timer = try await store.nextTimer()
        while true {
            let lane = lanes.indices.min { (lanes[$0].nextAt ?? .distantFuture) < (lanes[$1].nextAt ?? .distantFuture) }
            let laneAt = lane.flatMap { lanes[$0].nextAt }
            guard let next = [timer, laneAt].compactMap(\.self).min(), next <= end else { break }
            now = max(now, next)
            if let timer, timer <= now {
                try await store.fire(now: now, table: table, silences: silences)
                self.timer = try await store.nextTimer()
                try await lookAtQueue()
            } else if let lane {
                delivered += try await deliver(lane)
            }
        }
        now = max(now, end)
        return delivered
    }

    mutating func lookAtQueue() async throws {
        let due = try await store.nextDue()
        for index in lanes.indices { lanes[index].dueAt = due[lanes[index].destination] }
    }

    private mutating func deliver(_ index: Int) async throws -> [SimulatedDelivery] {
        let lane = lanes[index]
        let finished = now.addingTimeInterval(lane.pause / 2)
        lanes[index].freeAt = now.addingTimeInterval(lane.pause)
        let delivered = try await store.deliver(
            from: lane.destination,
            limit: lane.width,
            now: now,
            finished: finished
        )
        try await lookAtQueue()
        return delivered.map { SimulatedDelivery(message: $0, destination: lane.destination, at: finished) }
    }
}

extension SimulatedService<StoreInMemory> {
    /// Accepts events of which every reader has long been told: what they announce is delivered already.
    package mutating func takeAsTold(_ events: [DecidedEvent]) async throws {
        let known = store.triage.everyMessage.count
        try await take(events)
        store.deliver(after: known)
        try await lookAtQueue()
    }
}

/// A message that a simulated destination took.
package struct SimulatedDelivery: Sendable, Hashable {
    package var message: DeliveredMessage
    package var destination: String
    package var at: Date
}
