import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

@testable import PostgresStore

/// Real nodes in the middle of their work, and a standby that takes over from the server of their database.
@Suite("A standby takes over while nodes send", .serialized, .timeLimit(.minutes(15)))
struct FailoverTests {
    enum Ending: String, Sendable, CaseIterable {
        case crashed
        /// The old primary goes on, and takes no writes.
        case readOnly
    }

    /// A primary that acknowledges what its standby has, and that standby.
    private struct Pair {
        let primary: PostgresServer
        let standby: PostgresServer

        init() throws {
            primary = try PostgresServer()
            standby = try PostgresServer(standbyOf: primary)
            try primary.append("synchronous_standby_names = '*'")
            try primary.run(.reload)
        }

        var address: String { "host=\(primary.directory),\(standby.directory) user=noroshi dbname=postgres" }

        func end(_ ending: Ending) throws {
            switch ending {
            case .crashed: try primary.run(.crash)
            case .readOnly:
                try primary.append("default_transaction_read_only = on")
                try primary.run(.reload)
            }
        }

        /// How many messages nodes have claimed, as far as the standby has received it, and have not settled.
        func underWay(_ schema: String) async throws -> Int {
            let settings = Session.Settings(schema: schema, statementTimeout: 10_000, idleTimeout: 60_000)
            let session = try DatabaseAddress { "\(standby.address) target_session_attrs=any" }.connect(settings)
            var (before, looks) = ("", 0)
            while true {
                let seen = try session.transaction { session in
                    try session.first(
                        """
                        SELECT count(*) FILTER (WHERE state = 1), pg_last_wal_replay_lsn()::text,
                            pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn() FROM notifications
                        """
                    ) { (count: try $0.count(0), place: try $0.text(1), isThrough: try $0.flag(2)) }
                }
                let place = seen?.place ?? ""
                looks = place == before ? looks + 1 : 0
                // What came last has been gone through, or is the beginning of a record whose end never came.
                if let seen, seen.isThrough && looks > 0 || looks > 100 { return seen.count }
                before = place
                try await ContinuousClock().sleep(for: .milliseconds(50))
            }
        }
    }

    private static func until(_ holds: () async throws -> Bool) async throws {
        while try await holds() == false { try await ContinuousClock().sleep(for: .milliseconds(10)) }
    }

    /// Posts findings to the nodes until the task is cancelled, each of their events until one takes it.
    private static func post(
        _ worker: Int,
        to nodes: [ServerProcess],
        _ run: String,
        _ accepted: ClusterLoad.Accepted
    ) async {
        for number in 0... {
            let finding = worker * 10_000 + number
            for step in 0..<4 {
                let event = ClusterLoad.event(finding, step: step, run: run)
                let node = nodes[(number + step) % nodes.count]
                // As a sender does that was told to come again, and not at once.
                while await ClusterLoad.deliver(event, to: node, or: nodes) == false {
                    if Task.isCancelled { return }
                    try? await ContinuousClock().sleep(for: .milliseconds(20))
                }
                accepted.insert("\(finding) \(step)")
                // Somewhat slower than what can be sent, so that the end has not to be waited for.
                try? await ContinuousClock().sleep(for: .milliseconds(25))
            }
            if Task.isCancelled { return }
        }
    }

    @Test(
        "nothing is lost, each finding is told in order, and no more is sent twice than was under way",
        arguments: Ending.allCases
    )
    func deliveries(ending: Ending) async throws {
        let servers = try Pair()
        let schema = "f\(UUID().uuidString.prefix(8).lowercased())"
        try await Receiver.run { receiver, url in
            var environment = ["NOROSHI_DATABASE_SCHEMA": schema]
            for number in 0..<ClusterLoad.destinations { environment["SINK\(number)"] = "\(url)/sink\(number)" }
            let nodes = try (0..<2).map { number in
                environment["NOROSHI_DATABASE"] = "\(servers.address) application_name=node\(number)"
                return try ServerProcess(
                    routes: ClusterLoad.routes(url),
                    environment: environment,
                    arguments: ["--takeover", "\(ClusterLoad.takeover)"]
                )
            }
            for node in nodes { try await node.start() }
            let watch = try ClaimWatch(servers.primary, schema)
            receiver.fail(every: 17)
            // Longer than it takes to end a server, so that some are under way then.
            receiver.answer(after: .milliseconds(100))
            let accepted = ClusterLoad.Accepted()
            let underWay = try await withThrowingTaskGroup { group in
                defer { group.cancelAll() }
                for worker in 0..<4 {
                    group.addTask { await Self.post(worker, to: nodes, schema, accepted) }
                }
                try await Self.until { receiver.received.count > 60 }
                try servers.end(ending)
                // Every node has noticed, and holds what its receivers have answered meanwhile.
                for node in nodes { try await Self.until { try await node.request("GET", "/readyz").status == 503 } }
                let underWay = try await servers.underWay(schema)
                try servers.standby.run(.promote)
                let (taken, told) = (accepted.all.count, receiver.received.count)
                try await Self.until { accepted.all.count > taken + 60 && receiver.received.count > told + 60 }
                group.cancelAll()
                try await group.waitForAll()
                return underWay
            }
            // What waits for its group is told as well.
            try await Self.until {
                let destinations = try await nodes[0].get("/api/v1/status")["destinations"]?.elements ?? []
                return destinations.allSatisfy { $0["backlog"]?["waiting"]?.integer == 0 }
            }
            let totals = try await nodes[0].settle()
            #expect(totals["balanced"]?.bool == true && totals["dead"]?.integer == 0, "\(totals.text)")
            #expect(underWay > 0, "nothing was under way")
            try ClusterLoad.judge(receiver.received, accepted: Set(accepted.all.keys), hurts: 1)
            try ClusterLoad.judgeSilence(receiver, accepted.all)
            let repeats = receiver.received.count - Set(receiver.received.map(\.id)).count
            #expect(repeats <= underWay, "\(repeats) repeats of \(underWay) under way")
            let settled = try watch.settled(on: servers.standby)
            #expect(settled.all > 60 && settled.late == 0, "\(settled.late) of \(settled.all) settled too late")
            for node in nodes { #expect(await node.terminate() == 0) }
        }
    }
}
