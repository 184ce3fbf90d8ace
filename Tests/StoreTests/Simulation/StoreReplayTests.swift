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
    /// How many entries one transaction applies.
    private static let batches = [1, 7, 100]

    private static func life(
        seed: Int,
        steps: Int,
        largestBacklog: Int
    ) throws -> (operations: [SimulatedWeeks.Operation], messages: [SimulatedMessage], totals: TotalsChange) {
        var weeks = SimulatedWeeks(
            seed: UInt64(seed),
            tables: try SimulatedRules.tables(),
            event: try JSONDocument.parse("{}"),
            isKept: true,
            largestBacklog: largestBacklog
        )
        let faults = try weeks.run(steps: steps)
        #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "\n"))")
        return (weeks.operations ?? [], weeks.result.messages, weeks.result.totals)
    }

    /// Fewer where each takes seconds.
    private static let lives = Backend.everyPreloading.flatMap { backend in
        (1...(backend.isServer ? 3 : 12)).map { (backend, $0) }
    }

    @Test("a life that is lived twice leaves the same messages and totals", arguments: lives)
    func replay(backend: Backend, seed: Int) async throws {
        let life = try StoreReplayTests.life(seed: seed, steps: 60, largestBacklog: 1)
        try await OpenStore.with(backend) { store in
            for operation in life.operations { try await store.perform(operation) }
            try await store.expectSame(life.messages, life.totals, seed: seed)
        }
    }

    @Test(
        "it makes no difference how many entries are applied together",
        arguments: Backend.everyPreloading,
        batches
    )
    func regrouped(backend: Backend, batch: Int) async throws {
        for seed in 201...202 {
            let life = try StoreReplayTests.life(seed: seed, steps: 60, largestBacklog: 100)
            try await OpenStore.with(backend) { store in
                for operation in life.operations.regrouped(by: batch) { try await store.perform(operation) }
                try await store.expectSame(life.messages, life.totals, seed: seed)
            }
        }
    }

    @Test(
        "a set with another one behind it leaves the same messages and totals, however much is preloaded or applied together",
        arguments: TriageTransaction.Preloading.allCases,
        batches
    )
    func setBehindSet(preloading: TriageTransaction.Preloading, batch: Int) throws {
        for seed in 101...130 {
            let life = try StoreReplayTests.life(seed: seed, steps: 40, largestBacklog: seed % 2 == 0 ? 1 : 40)
            let rows = RowsInMemory()
            var totals = TotalsChange()
            for operation in life.operations.regrouped(by: batch) {
                try rows.perform(operation, preloading: preloading, change: &totals)
            }
            let messages = rows.working.everyMessage.map { SimulatedMessage($0) }
            #expect(messages == life.messages, "seed \(seed)")
            let counters = Set(totals.amounts.keys).union(life.totals.amounts.keys)
            for counter in counters.subtracting([.received, .waiting]) {
                let (found, wanted) = (totals.amounts[counter] ?? 0, life.totals.amounts[counter] ?? 0)
                #expect(found == wanted, "\(counter), seed \(seed)")
            }
        }
    }
}

extension [SimulatedWeeks.Operation] {
    /// The same with at most so many entries in one transaction.
    fileprivate func regrouped(by size: Int) -> Self {
        flatMap { operation -> Self in
            guard case .apply(let entries, let now) = operation else { return [operation] }
            return stride(from: 0, to: entries.count, by: size).map { start in
                .apply([DecidedEntry](entries[start..<Swift.min(start + size, entries.count)]), at: now)
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
        switch operation {
        case .apply(let entries, let now):
            var transaction = try TriageTransaction(on: self, preloading: preloading)
            _ = try transaction.apply(entries, now: now, change: &change)
        case .fire(let table, let now):
            let silences = SilenceTable([], for: table)
            var transaction = try TriageTransaction(on: self, preloading: preloading)
            _ = try transaction.fire(now: now, table: table, silences: silences, change: &change)
        case .silence(let match, _, _): working.add(EndedSilence(match))
        case .endSilence(let id, let now): working.end({ $0.id == id }, at: now)
        case .deliver(let index, _):
            change.move(working.everyMessage[index].message.units, from: .pending, to: .delivered)
            working.dequeue(index, as: .delivered)
        }
    }
}

extension OpenStore {
    fileprivate func perform(_ operation: SimulatedWeeks.Operation) async throws {
        switch operation {
        case .apply(let entries, let now):
            for entry in entries {
                #expect(try await accept(entry.observations, at: entry.receivedAt) == entry.position)
            }
            try await roles.apply(entries, now: now)
        case .fire(let table, let now):
            _ = try await roles.fire(now: now, table: table, silences: SilenceTable([], for: table))
        case .silence(let match, let account, let now):
            let draft = try SilenceDraft.example(
                when: #"{"account": "\#(account)"}"#,
                owner: EndedSilence(match).owner,
                reason: EndedSilence(match).reason,
                destinations: match.destinations?.sorted(),
                endsAt: match.endsAt,
                breaksOnRaise: match.breaksOnRaise
            )
            #expect(try await roles.create(draft, author: "api:a", now: now).id == match.silence)
        case .endSilence(let id, let now): _ = try await roles.expire(id, now: now) { _ in true }
        case .deliver(let index, let now): try await deliver(index, at: now)
        }
    }

    /// Fails unless these are the messages, in the order of queueing, and the totals.
    fileprivate func expectSame(_ wanted: [SimulatedMessage], _ change: TotalsChange, seed: Int) async throws {
        let messages = try await everyNotification().map { SimulatedMessage($0) }
        for (index, (found, wanted)) in zip(messages, wanted).enumerated() where found != wanted {
            Issue.record("message \(index) of seed \(seed) is\n\(found), not\n\(wanted)")
            break
        }
        #expect(messages.count == wanted.count)
        let totals = try await roles.totals()
        let amounts = change.amounts
        #expect(totals.isBalanced)
        #expect(totals.pending == amounts[.pending] ?? 0)
        #expect(totals.delivered == amounts[.delivered] ?? 0)
        #expect(totals.due == amounts[.due] ?? 0)
        for (counter, amount) in amounts {
            guard case .held(let reason) = counter else { continue }
            #expect(totals.held[reason] ?? 0 == amount, "\(reason)")
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
}
