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
            Findings of 500 accounts are accepted and applied at the same time, in turn with everything that is counted by the \
            hour, with what rules matched alone, and with nothing, each time in a data directory of its own.
            """
    )

    @Option(help: "Findings to accept and apply in each round.")
    var findings = 10_000

    @Option(help: "Rules that match each of them.")
    var rules = 3

    @Option(help: "Senders that wait for each answer.")
    var senders = 64

    @Option(help: "How often each is measured; medians count.")
    var rounds = 11

    @Flag(help: "Fail when a ratio is below what is promised: for a machine that does nothing else.")
    var judge = false

    func run() async throws {
        var rates: [String: [Rates]] = [:]
        for round in 1...rounds {
            let kinds: [(name: String, counting: TriageTransaction.Counting)] = [
                ("everything", .everything), ("rules", .rules), ("nothing", .nothing),
            ]
            // What comes first in a round comes last in the next.
            for kind in round.isMultiple(of: 2) ? kinds.reversed() : kinds {
                let measured = try await measure(kind.counting)
                rates[kind.name, default: []].append(measured)
                Line.write([
                    "bench": "counts", "round": .integer(round), "counts": .string(kind.name),
                    "cpu_us_per_finding": Line.figure(measured.processor),
                    "accepted_per_s": Line.figure(measured.accepted), "applied_per_s": Line.figure(measured.applied),
                ])
            }
        }
        var costs: [String: Double] = [:]
        for name in ["rules", "everything"] {
            func ratio(_ rate: (Rates) -> Double) -> Double {
                let pairs = zip(rates[name, default: []], rates["nothing", default: []])
                return Line.median(pairs.map { rate($0) / rate($1) })
            }
            costs[name] = ratio(\.processor)
            Line.write([
                "bench": "counts_ratio", "counts": .string(name), "cpu": Line.figure(ratio(\.processor)),
                "accepted": Line.figure(ratio(\.accepted)), "applied": Line.figure(ratio(\.applied)),
            ])
        }
        guard judge else { return }
        var judgement = Judge()
        // Rates follow the disk, from round to round by more than this.
        judgement.expect(
            "processor time without counts of rules to with",
            1 / costs["rules", default: 2],
            atLeast: 1 / 1.03
        )
        try judgement.finish()
    }

    private struct Rates {
        /// Microseconds of processor time that all of it took, a finding.
        var processor: Double
        /// Findings a second.
        var accepted: Double
        /// From the first that was sent to the last that was applied.
        var applied: Double
    }

    private func measure(_ counting: TriageTransaction.Counting) async throws -> Rates {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        let store = try SQLiteStore(directory: directory.path, options: SQLiteStoreOptions(counting: counting))
        let news = store.accepted
        let before = CountsCommand.processorSeconds()
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
            processor: (CountsCommand.processorSeconds() - before) / Double(findings) * 1_000_000,
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

    /// Of this process and its threads (getrusage(2)).
    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
