import ArgumentParser
import Findings
import Foundation
import NIOCore
import PostgresStore
import Store
import Synchronization
import Triage

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "What several nodes accept into one PostgreSQL, and how applying bears the way there.",
        discussion: """
            Accepting is measured in turn with plain inserts of the same bodies into the same server. Applying is measured \
            with answers that take a while, in sets and with each row asked for when it is needed. .ci/with-postgres \
            starts a server for it.
            """
    )

    @Option(help: "A PostgreSQL on this machine, by its socket: host=DIRECTORY user=noroshi dbname=postgres.")
    var database: String

    @Option(help: "The path of that socket.")
    var socket: String

    @Option(help: "Findings to accept in each round.")
    var findings = 20_000

    @Option(help: "Findings to apply in each round; of those whose rows are asked for one by one, a tenth.")
    var applied = 10_000

    @Option(help: "Nodes that accept at the same time.")
    var nodes = 4

    @Option(help: "Senders that wait for each answer.")
    var senders = 64

    @Option(help: "How often everything is repeated; medians count.")
    var rounds = 5

    @Flag(help: "Fail when a ratio is below what is promised: for a machine that does nothing else.")
    var judge = false

    func run() async throws {
        var judgement = Judge()
        try await measureAccepting(&judgement)
        try await measureApplying(&judgement)
        if judge { try judgement.finish() }
    }

    private func schema() -> String { "bench_" + UUID().uuidString.prefix(8).lowercased() }

    private func measureAccepting(_ judgement: inout Judge) async throws {
        let bodies = BenchEvents.bodies(count: findings, batch: 1, run: 1).map { Array($0.readableBytesView) }
        var plain: [Double] = []
        var accepted: [Double] = []
        for round in 1...rounds {
            plain.append(
                try await PlainInserts.rate(
                    database,
                    schema: schema(),
                    bodies: bodies,
                    connections: nodes,
                    batch: senders / nodes
                )
            )
            accepted.append(try await accept(bodies))
            Line.write([
                "bench": "database_accept", "round": .integer(round), "nodes": .integer(nodes),
                "plain_per_s": Line.figure(plain[round - 1]), "accepted_per_s": Line.figure(accepted[round - 1]),
            ])
        }
        let toPlain = Line.median(zip(accepted, plain).map { $0 / $1 })
        Line.write([
            "bench": "database_accept_ratio", "nodes": .integer(nodes), "accept_to_plain": Line.figure(toPlain),
        ])
        judgement.expect("accept_to_plain", toPlain, atLeast: 0.9)
    }

    /// Findings a second, over all nodes.
    private func accept(_ bodies: [[UInt8]]) async throws -> Double {
        let schema = schema()
        var stores: [PostgresStore] = []
        for _ in 0..<nodes { stores.append(try await open(database, schema)) }
        let next = NextPlace()
        let start = Date()
        try await withThrowingTaskGroup { [stores] group in
            for sender in 0..<senders {
                let store = stores[sender % stores.count]
                group.addTask {
                    while true {
                        let place = next.take()
                        guard place < bodies.count else { return }
                        _ = try await store.accept(DatabaseCommand.request(bodies[place]))
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = Date().timeIntervalSince(start)
        for store in stores { try await store.close() }
        try PlainInserts.run(database, "DROP SCHEMA \"\(schema)\" CASCADE")
        return Double(bodies.count) / seconds
    }

    private final class NextPlace: Sendable {
        private let count = Atomic<Int>(0)

        func take() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
    }

    private func measureApplying(_ judgement: inout Judge) async throws {
        var rates: [String: [Double]] = [:]
        let kinds: [(name: String, microseconds: Int64, preloading: TriageTransaction.Preloading, count: Int)] = [
            ("sets_0.1ms", 100, .everything, applied), ("sets_1ms", 1_000, .everything, applied),
            ("rows_0.1ms", 100, .nothing, applied / 10),
        ]
        for round in 1...rounds {
            for kind in kinds {
                let rate = try await apply(kind.count, .microseconds(kind.microseconds), kind.preloading)
                rates[kind.name, default: []].append(rate)
                Line.write([
                    "bench": "database_apply", "round": .integer(round), "kind": .string(kind.name),
                    "applied_per_s": Line.figure(rate),
                ])
            }
        }
        let medians = rates.mapValues(Line.median)
        let overLatency = medians["sets_1ms", default: 0] / medians["sets_0.1ms", default: 1]
        let toRows = medians["sets_0.1ms", default: 0] / medians["rows_0.1ms", default: 1]
        Line.write([
            "bench": "database_apply_ratio", "latency_1ms_to_0.1ms": Line.figure(overLatency),
            "sets_to_rows": Line.figure(toRows),
        ])
        judgement.expect("latency_1ms_to_0.1ms", overLatency, atLeast: 0.7)
        judgement.expect("sets_to_rows", toRows, atLeast: 10)
    }

    /// Findings a second that one node applies, with answers that take a while; three of five are known.
    private func apply(
        _ count: Int,
        _ delay: TimeAmount,
        _ preloading: TriageTransaction.Preloading
    ) async throws -> Double {
        let schema = schema()
        let near = try await open(database, schema)
        try await withThrowingTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    for _ in stride(from: sender, to: count, by: senders) {
                        _ = try await near.accept(DatabaseCommand.request(Array("[]".utf8)))
                    }
                }
            }
            try await group.waitForAll()
        }
        let proxy = try await DelayingProxy(to: socket, delay: delay)
        let store = try await open(proxy.address, schema, preloading)
        let now = Date()
        var done = 0
        let start = Date()
        while done < count {
            let entries = try await store.unapplied(after: nil, limit: 256, byteLimit: 4 << 20)
            guard entries.isEmpty == false else { throw BenchFailure("\(count - done) entries are missing") }
            let decided = entries.enumerated().map { place, entry in
                DecidedEntry(
                    position: entry.position,
                    receivedAt: now,
                    events: [
                        DecidedEvent(
                            redeliveryKey: "eventbridge:bench-\(entry.position)",
                            observations: [StoredAlerts.observation((done + place) % (count * 2 / 5), now)]
                        )
                    ],
                    observations: 1
                )
            }
            try await store.apply(decided, now: now)
            done += entries.count
        }
        let seconds = Date().timeIntervalSince(start)
        for store in [near, store] { try await store.close() }
        try await proxy.close()
        try PlainInserts.run(database, "DROP SCHEMA \"\(schema)\" CASCADE")
        return Double(count) / seconds
    }

    private func open(
        _ address: String,
        _ schema: String,
        _ preloading: TriageTransaction.Preloading = .everything
    ) async throws -> PostgresStore {
        try await PostgresStore(
            DatabaseAddress { address },
            PostgresStoreOptions(schema: schema, preloading: preloading)
        )
    }

    private static func request(_ body: [UInt8]) -> IntakeRequest {
        IntakeRequest(receivedAt: Date(), source: "bench", requestID: nil, body: body, observations: 1)
    }
}
