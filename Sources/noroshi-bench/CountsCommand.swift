import ArgumentParser
import Findings
import Foundation
import NIOCore
import Routing
import SQLiteStore
import Store
import Triage

struct CountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counts",
        abstract: "What counting by rule, account and destination costs those who post and those who wait to be told.",
        discussion: """
            Findings are accepted and applied at the same time, in turn with and without what is counted by the hour, each \
            time in a data directory of its own.
            """
    )

    @Option(help: "Findings to accept and apply in each round.")
    var findings = 30_000

    @Option(help: "Rules that match each of them.")
    var rules = 3

    @Option(help: "Senders that wait for each answer.")
    var senders = 64

    @Option(help: "How often both are measured; medians count.")
    var rounds = 7

    @Flag(help: "Fail when a ratio is below what is promised: for a machine that does nothing else.")
    var judge = false

    func run() async throws {
        var rates: [String: [Rates]] = [:]
        for round in 1...rounds {
            let kinds: [(name: String, counting: TriageTransaction.Counting)] = [
                ("with", .byHour), ("without", .nothing),
            ]
            // Whoever comes first in a round comes second in the next.
            for kind in round.isMultiple(of: 2) ? kinds.reversed() : kinds {
                let measured = try await measure(kind.counting)
                rates[kind.name, default: []].append(measured)
                Line.write([
                    "bench": "counts", "round": .integer(round), "counts": .string(kind.name),
                    "accepted_per_s": Line.figure(measured.accepted), "applied_per_s": Line.figure(measured.applied),
                ])
            }
        }
        func ratio(_ rate: (Rates) -> Double) -> Double {
            let pairs = zip(rates["with", default: []], rates["without", default: []])
            return Line.median(pairs.map { rate($0) / rate($1) })
        }
        let accepted = ratio(\.accepted)
        let applied = ratio(\.applied)
        Line.write(["bench": "counts_ratio", "accepted": Line.figure(accepted), "applied": Line.figure(applied)])
        guard judge else { return }
        var judgement = Judge()
        judgement.expect("accepted with counts to without", accepted, atLeast: 0.97)
        judgement.expect("applied with counts to without", applied, atLeast: 0.97)
        try judgement.finish()
    }

    /// Findings a second.
    private struct Rates {
        var accepted: Double
        /// From the first that was sent to the last that was applied.
        var applied: Double
    }

    private func measure(_ counting: TriageTransaction.Counting) async throws -> Rates {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        let store = try SQLiteStore(directory: directory.path, options: SQLiteStoreOptions(counting: counting))
        let news = store.accepted
        let start = Date()
        async let accepting = accept(into: store)
        var done = 0
        for await _ in news {
            while case let entries = try await store.unapplied(after: nil, limit: 256, byteLimit: 4 << 20),
                entries.isEmpty == false
            {
                let now = Date()
                try await store.apply(entries.enumerated().map { decided($1, done + $0, now) }, now: now)
                done += entries.count
            }
            if done == findings { break }
        }
        let end = Date()
        let acceptedAt = try await accepting
        try await store.close()
        try FileManager.default.removeItem(at: directory)
        return Rates(
            accepted: Double(findings) / acceptedAt.timeIntervalSince(start),
            applied: Double(findings) / end.timeIntervalSince(start)
        )
    }

    /// - Returns: When the last was on disk.
    private func accept(into store: SQLiteStore) async throws -> Date {
        let body = Array(BenchEvents.bodies(count: 1, batch: 1, run: 1)[0].readableBytesView)
        try await withThrowingTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    for _ in stride(from: sender, to: findings, by: senders) {
                        let request = IntakeRequest(
                            receivedAt: Date(),
                            source: "bench",
                            requestID: nil,
                            body: body,
                            observations: 1
                        )
                        _ = try await store.accept(request)
                    }
                }
            }
            try await group.waitForAll()
        }
        return Date()
    }

    private func decided(_ entry: JournalEntry, _ number: Int, _ now: Date) -> DecidedEntry {
        var observation = StoredAlerts.observation(number, now)
        observation.decision.matched = (1...rules).map { "rule \($0)" }
        return DecidedEntry(
            position: entry.position,
            receivedAt: now,
            events: [DecidedEvent(redeliveryKey: "eventbridge:counts-\(number)", observations: [observation])],
            observations: 1
        )
    }
}
