import Findings
import FoundationEssentials
import Routing
import Simulation
import Store
import Triage

/// One of two rule sets, living through observations.
struct MessageSide {
    private var service: SimulatedService<StoreInMemory>
    private let silences: SilenceTable
    private let since: Date
    private let isBefore: Bool
    private(set) var messages: [String: HourlyCounts] = [:]

    init(_ table: RoutingTable, _ silences: [Silence], from start: Date, countingFrom since: Date, isBefore: Bool) {
        var store = StoreInMemory(isAskedAfterwards: false)
        store.add(silences)
        service = SimulatedService(store, table: table, silences: silences, from: start)
        self.silences = SilenceTable(silences, for: table)
        self.since = since
        self.isBefore = isBefore
    }

    /// Takes events that were received together.
    ///
    /// - Parameters:
    ///   - events: In order.
    ///   - told: Findings of which every reader has long been told, as they come up now.
    /// - Throws: Nothing in practice.
    mutating func take(_ events: ArraySlice<PastEvent>, toldBefore told: [PastObservation]) async throws {
        guard let first = events.first else { return }
        count(try await service.pass(until: first.receivedAt))
        let known = told.compactMap { observation -> DecidedEvent? in
            DecidedEvent(redeliveryKey: nil, observations: [asTold(sided(observation))])
        }
        if known.isEmpty == false { try await service.takeAsTold(known) }
        try await service.take(
            events.map { event in
                DecidedEvent(
                    redeliveryKey: event.redeliveryKey,
                    observations: event.observations.map { decide(sided($0)) }
                )
            }
        )
    }

    mutating func finish(at end: Date) async throws {
        count(try await service.pass(until: end))
        for message in service.store.pending { count(message.destination, message.queuedAt) }
    }

    /// The messages of each destination, in the order of the later rules, then of the earlier ones.
    static func together(_ before: MessageSide, _ after: MessageSide) -> [DestinationMessages] {
        let (old, new) = (before.service.table.document, after.service.table.document)
        var names = new.destinations.map(\.name)
        names += old.destinations.map(\.name).filter { names.contains($0) == false }
        return names.map { name in
            var messages = before.messages[name] ?? HourlyCounts()
            messages.add(after.messages[name] ?? HourlyCounts())
            return DestinationMessages(
                destination: name,
                messages: messages,
                hourlyRateBefore: old.destination(named: name)?.hourlyRate,
                hourlyRateAfter: new.destination(named: name)?.hourlyRate
            )
        }
    }

    private func sided(_ observation: PastObservation) -> Observation {
        isBefore ? observation.before : observation.after
    }

    private func decide(_ observation: Observation) -> DecidedObservation {
        let (decision, matching) = service.table.decide(observation, silences: silences)
        return DecidedObservation(
            finding: observation.finding,
            decision: decision,
            resolutions: observation.finding.status == .resolved ? service.table.resolutions : nil,
            silences: matching.map { SilenceMatch($0) },
            problem: service.table.document.mergeStandards ? observation.finding.controlKey : nil,
            isStored: false
        )
    }

    /// The observation as one that opened the alert and was told at once, whatever holds messages back now.
    private func asTold(_ observation: Observation) -> DecidedObservation {
        var observation = observation
        observation.finding.status = .active
        var decision = service.table.decide(observation)
        if case .routed(var routed) = decision.verdict {
            for index in routed.indices {
                routed[index].terms = Rule.Terms(notify: [.opened])
                routed[index].backlogLimit = nil
            }
            decision.verdict = .routed(routed)
        }
        return DecidedObservation(
            finding: observation.finding,
            decision: decision,
            problem: service.table.document.mergeStandards ? observation.finding.controlKey : nil,
            isStored: false
        )
    }

    private mutating func count(_ deliveries: [SimulatedDelivery]) {
        for delivery in deliveries { count(delivery.destination, delivery.message.queuedAt) }
    }

    private mutating func count(_ destination: String, _ queuedAt: Date) {
        guard queuedAt >= since else { return }
        messages[destination, default: HourlyCounts()]
            .add(1, before: isBefore, hour: HourlyCounts.hour(of: queuedAt))
    }
}

extension Destination {
    /// How many messages it takes in an hour; `nil` when nothing holds it to a rate.
    fileprivate var hourlyRate: Int? {
        effectiveRate.map { Int(Double($0.count) * 3_600 / $0.interval.seconds) }
    }
}
