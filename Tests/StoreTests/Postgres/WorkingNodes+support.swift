import Findings
import FoundationEssentials
import NoroshiTestSupport
import Store
import Synchronization
import Triage

@testable import PostgresStore

/// Nodes on one database that do all at once what a service does with its store, and what senders and receivers saw of them.
///
/// Each finding is seen four times, each time more severe and through another node, so that each is news and their order shows.
final class WorkingNodes: Sendable {
    /// One sending of one message.
    struct Sent: Sendable, Hashable {
        var finding: String
        var step: Int
        var id: String
        var node: Int64
    }

    private struct State {
        var stores: [PostgresStore] = []
        var accepted: Set<String> = []
        var sent: [Sent] = []
        var findings = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private static let steps: [Severity] = [.low, .medium, .high, .critical]

    var acceptedCount: Int { state.withLock { $0.accepted.count } }
    var sent: [Sent] { state.withLock { $0.sent } }

    func sentCount(by store: PostgresStore) -> Int {
        let node = store.node
        return state.withLock { state in state.sent.count { $0.node == node } }
    }

    /// Has a node work until the task is cancelled.
    func work(_ store: PostgresStore) async {
        state.withLock { $0.stores.append(store) }
        await withTaskGroup { group in
            group.addTask { await self.again { await self.turn(store) } }
            group.addTask { await self.again { await self.apply(store) } }
            group.addTask { await self.again { await self.send(store) } }
        }
    }

    /// From now on nobody posts there.
    func leave(_ store: PostgresStore) { state.withLock { $0.stores.removeAll { $0 === store } } }

    /// Posts until ``end()``, one after the other what belongs to one finding, each until a node has taken it.
    func post() async throws {
        while state.withLock({ $0.isOver }) == false {
            let number = state.withLock { state in
                state.findings += 1
                return state.findings
            }
            for step in Self.steps.indices {
                let body = "\(number) \(step)"
                for attempt in 0... {
                    let stores = state.withLock { $0.stores }
                    let store = stores.isEmpty ? nil : stores[(number + step + attempt) % stores.count]
                    // Refused or in doubt, it is sent again, as senders do.
                    if (try? await store?.accept(PostgresTest.request(body))) != nil { break }
                    try await ContinuousClock().sleep(for: .milliseconds(10))
                }
                state.withLock { _ = $0.accepted.insert(body) }
            }
        }
    }

    func end() { state.withLock { $0.isOver = true } }

    /// Returns once it holds.
    func wait(until holds: () async throws -> Bool) async throws {
        while try await holds() == false { try await ContinuousClock().sleep(for: .milliseconds(5)) }
    }

    /// Returns once everything that was accepted is applied and sent.
    func drain(_ store: PostgresStore) async throws {
        try await wait {
            let totals = try await store.totals()
            return totals.waiting == 0 && totals.pending == 0
        }
    }

    private func again(_ body: () async -> Void) async {
        while Task.isCancelled == false {
            await body()
            // As often as is of use, and without taking the processor from the others.
            try? await ContinuousClock().sleep(for: .milliseconds(5))
        }
    }

    private func turn(_ store: PostgresStore) async {
        await store.membership.beat()
        guard store.membership.hasLeftovers else { return }
        // Seen again with the next turn.
        _ = try? await store.recover(now: .t(1))
    }

    private func apply(_ store: PostgresStore) async {
        guard store.membership.mayDo(.triage) else { return }
        do {
            let entries = try await store.unapplied(after: nil, limit: 50, byteLimit: 1 << 20)
            guard entries.isEmpty == false else { return }
            try await store.apply(entries.map(Self.decided), now: .t(1))
        } catch {
            // A lease that is lost, or a database that is away: the next one finds out what became of it.
            return
        }
    }

    private static func decided(_ entry: JournalEntry) -> DecidedEntry {
        let body = String(decoding: entry.body, as: UTF8.self)
        let parts = body.split(separator: " ").compactMap { Int($0) }
        return DecidedEntry(
            position: entry.position,
            receivedAt: entry.receivedAt,
            [(.example(key: "finding-\(parts[0])", severity: steps[parts[1]]), .routed())],
            redeliveryKey: body
        )
    }

    private func send(_ store: PostgresStore) async {
        guard let claimed = try? await store.claim(4, by: Claimant(lane: "chat", concurrency: 4)) else { return }
        let node = store.node
        state.withLock { state in
            state.sent += claimed.map { notification in
                Sent(
                    finding: notification.content.finding.key.rawValue,
                    step: Self.steps.firstIndex(of: notification.content.finding.severity) ?? -1,
                    id: notification.id,
                    node: node
                )
            }
        }
        let settlements = claimed.map { Settlement($0, .delivered) }
        // Also when it is to end: nobody else knows of them.
        while claimed.isEmpty == false {
            // Said again until it is known: what counted once does not count twice.
            if (try? await store.settle(settlements)) != nil { return }
        }
    }

    /// What of everything that was accepted was never sent, and of which findings something was first sent out of order.
    func faults() -> (lost: Set<String>, disordered: Set<String>) {
        state.withLock { state in
            var steps: [String: [Int]] = [:]
            for sent in state.sent where steps[sent.finding]?.contains(sent.step) != true {
                steps[sent.finding, default: []].append(sent.step)
            }
            let lost = state.accepted.filter { entry in
                let parts = entry.split(separator: " ").compactMap { Int($0) }
                return steps["finding-\(parts[0])"]?.contains(parts[1]) != true
            }
            return (lost, Set(steps.filter { $0.value != $0.value.sorted() }.keys))
        }
    }
}
