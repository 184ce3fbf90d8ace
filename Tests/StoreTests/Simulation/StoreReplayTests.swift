import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

/// A message as two backends can be compared by it.
struct SimulatedMessage: Hashable, CustomStringConvertible {
    var description: String

    init(_ message: MessageRow) {
        let queued = message.message
        self.init(
            queued.destination,
            queued.recipient,
            queued.facts.transition,
            message.state,
            queued.thread,
            queued.bundle
        )
    }

    init(_ notification: Notification) {
        let content = notification.content
        self.init(
            notification.destination,
            notification.recipient,
            content.transition,
            notification.state,
            content.thread,
            content.bundle
        )
    }

    private init(
        _ destination: String,
        _ recipient: String?,
        _ transition: Transition,
        _ state: Notification.State,
        _ thread: String,
        _ bundle: Notification.Bundle?
    ) {
        let items = (bundle?.items ?? []).map { "\($0.transition) \($0.severity.label) \($0.findingID)" }
        description =
            "\(destination) \(recipient ?? "") \(transition) \(state) \(thread) "
            + "\(bundle.map { "\($0.occasion) of \($0.total), \($0.counts)" } ?? "") \(items) "
            + (bundle?.oldestOpen?.findingID ?? "")
    }
}

@Suite("A store does what triage's rows in memory do")
struct StoreReplayTests {
    @Test("a life that is lived twice leaves the same messages and totals", arguments: Backend.everyPreloading, 1...12)
    func replay(backend: Backend, seed: Int) async throws {
        let tables = try SimulatedRules.tables()
        let event = try JSONDocument.parse("{}")
        var weeks = SimulatedWeeks(seed: UInt64(seed), tables: tables, event: event, isKept: true)
        let faults = try weeks.run(steps: 60)
        #expect(faults.isEmpty)
        let expected = weeks.result
        try await OpenStore.with(backend) { store in
            for operation in weeks.operations ?? [] { try await store.perform(operation) }
            let messages = try await store.everyNotification().map { SimulatedMessage($0) }
            for (index, (found, wanted)) in zip(messages, expected.messages).enumerated() where found != wanted {
                Issue.record("message \(index) of seed \(seed) is\n\(found), not\n\(wanted)")
                break
            }
            #expect(messages.count == expected.messages.count)
            let totals = try await store.roles.totals()
            let amounts = expected.totals.amounts
            #expect(totals.isBalanced)
            #expect(totals.pending == amounts[.pending] ?? 0)
            #expect(totals.delivered == amounts[.delivered] ?? 0)
            #expect(totals.due == amounts[.due] ?? 0)
            for (counter, amount) in amounts {
                guard case .held(let reason) = counter else { continue }
                #expect(totals.held[reason] ?? 0 == amount, "\(reason)")
            }
        }
    }

    @Test(
        "a set with another one behind it leaves the same messages and totals, however much is preloaded",
        arguments: TriageTransaction.Preloading.allCases
    )
    func setBehindSet(preloading: TriageTransaction.Preloading) throws {
        let tables = try SimulatedRules.tables()
        let event = try JSONDocument.parse("{}")
        for seed in 101...160 {
            var weeks = SimulatedWeeks(seed: UInt64(seed), tables: tables, event: event, isKept: true)
            let faults = try weeks.run(steps: 40)
            #expect(faults.isEmpty)
            let rows = RowsInMemory()
            var totals = TotalsChange()
            for operation in weeks.operations ?? [] {
                try rows.perform(operation, preloading: preloading, change: &totals)
            }
            let expected = weeks.result
            let messages = rows.working.everyMessage.map { SimulatedMessage($0) }
            #expect(messages == expected.messages, "seed \(seed)")
            let counters = Set(totals.amounts.keys).union(expected.totals.amounts.keys)
            for counter in counters.subtracting([.received, .waiting]) {
                let (found, wanted) = (totals.amounts[counter] ?? 0, expected.totals.amounts[counter] ?? 0)
                #expect(found == wanted, "\(counter), seed \(seed)")
            }
        }
    }
}

extension RowsInMemory {
    fileprivate func perform(
        _ operation: SimulatedWeeks.Operation,
        preloading: TriageTransaction.Preloading,
        change: inout TotalsChange
    ) throws {
        var transaction = try TriageTransaction(on: self, preloading: preloading)
        switch operation {
        case .apply(let entry, let now): _ = try transaction.apply([entry], now: now, change: &change)
        case .fire(let table, let now):
            let silences = SilenceTable([], for: table)
            _ = try transaction.fire(now: now, table: table, silences: silences, change: &change)
        case .deliver(let index, _):
            change.move(working.everyMessage[index].message.units, from: .pending, to: .delivered)
            working.dequeue(index, as: .delivered)
        }
    }
}

extension OpenStore {
    fileprivate func perform(_ operation: SimulatedWeeks.Operation) async throws {
        switch operation {
        case .apply(let entry, let now):
            let count = entry.events.reduce(0) { $0 + $1.observations.count }
            #expect(try await accept(count, at: now) == entry.position)
            try await roles.apply([entry], now: now)
        case .fire(let table, let now):
            _ = try await roles.fire(now: now, table: table, silences: SilenceTable([], for: table))
        case .deliver(let index, let now): try await deliver(index, at: now)
        }
    }

    /// Takes the message with this index out of the queue; what is claimed before it goes back.
    private func deliver(_ index: Int, at now: Date) async throws {
        let wanted = Int64(index + 1)
        let destinations = ["chat", "mail", "hook", "daily"]
        let claimed = try await roles.claim(destinations: destinations, limit: 1_000, by: nil, now: now)
        var settlements: [Settlement] = []
        for notification in claimed {
            let next: Settlement.Next =
                NotificationSequence.number(in: notification.id) == wanted
                ? .delivered : .retry(at: now, isMinimal: false)
            settlements.append(Settlement(notification, next, at: now))
        }
        #expect(claimed.contains { NotificationSequence.number(in: $0.id) == wanted })
        try await roles.settle(settlements)
    }

    /// In the order of queueing.
    fileprivate func everyNotification() async throws -> [Notification] {
        var all: [Notification] = []
        var cursor: String?
        repeat {
            let page = try await roles.notifications(
                NotificationFilter(),
                page: Page(limit: 500, cursor: cursor)
            )
            all += page.items
            cursor = page.next
        } while cursor != nil
        return all.reversed()
    }
}
