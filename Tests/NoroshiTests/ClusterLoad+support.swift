import Findings
import Foundation
import NoroshiTestSupport
import Synchronization
import Testing

/// What is sent through several nodes on one database, and what must hold of what comes out of them.
enum ClusterLoad {
    /// Sends that one node has under way for one destination: the most that it can repeat when it is gone.
    static let concurrency = 4
    static let destinations = 5
    /// The destination that is told of several at once, when its time has come.
    static let grouped = destinations - 1
    /// Seconds after which a node is taken for gone.
    static let takeover = 2

    static func routes(_ url: String) -> String {
        let sinks = (0..<destinations).map { number in
            """
            "sink\(number)":{"type":"webhook","url":{"env":"SINK\(number)"},"allowPrivate":true,\
            "concurrency":\(concurrency),"timeout":"60s","retryFor":"1h"}
            """
        }
        let rules = (0..<destinations).map { number in
            let account = String(repeating: String(number + 1), count: 12)
            let group = number == grouped ? #","group":{"by":["account"],"wait":"1s","interval":"1s"}"# : ""
            return #"{"name":"rule\#(number)","when":{"account":["\#(account)"]},"send":["sink\#(number)"]\#(group)}"#
        }
        return """
            {"version":1,"destinations":{\(sinks.joined(separator: ","))},"rules":[\(rules.joined(separator: ","))]}
            """
    }

    /// A finding that is seen again and again, each time more severe, so that each is news.
    static func event(_ finding: Int, step: Int, run: String) -> String {
        let account = String(repeating: String(finding % destinations + 1), count: 12)
        let severity = [2.0, 5.0, 8.0, 9.5][step]
        return Sample.guardDuty(finding, severity: severity, title: "finding-\(finding)- step-\(step)-", run: run)
            .replacingOccurrences(of: "event-\(run)-\(finding)", with: "event-\(run)-\(finding)-\(step)")
            .replacingOccurrences(of: "111122223333", with: account)
            .replacingOccurrences(of: "2026-11-02T09:59:31", with: "2026-11-02T10:0\(step):31")
    }

    /// What was answered with 200.
    final class Accepted: Sendable {
        private let state = Mutex<[String: ContinuousClock.Instant]>([:])

        /// Each with when it was.
        var all: [String: ContinuousClock.Instant] { state.withLock { $0 } }

        func insert(_ entry: String) { state.withLock { $0[entry] = .now } }
    }

    /// What one message says of one finding.
    private struct Told: Hashable {
        var finding: Int
        var step: Int

        static func all(in body: String) throws -> [Told] {
            let message = try JSONDocument.parse(Array(body.utf8))
            let titles = message["bundle"]?["items"]?.elements.map { $0["title"] } ?? [message["finding"]?["title"]]
            return try titles.map { title in
                let title = try #require(title?.string)
                let range = try #require(title.range(of: "step-"))
                return Told(
                    finding: try #require(Sample.number(in: title)),
                    step: try #require(Int(title[range.upperBound...].prefix { $0.isNumber }))
                )
            }
        }
    }

    /// Posts an event, at another node when the first does not answer: as a proxy in front does.
    static func deliver(_ event: String, to node: ServerProcess, or others: [ServerProcess]) async -> Bool {
        for target in [node] + others {
            // A node that is gone answers nothing, and one that is stopped answers late.
            if let status = try? await target.post(event), status == 200 { return true }
        }
        return false
    }

    /// Looks through what came out of the nodes.
    static func judge(_ received: [Receiver.Received], accepted: Set<String>, hurts: Int) throws {
        var told: [String: [Told]] = [:]
        var steps: [Int: [Int]] = [:]
        var timed: [Told: Int] = [:]
        for message in received {
            let id = try #require(message.id)
            // What was sent again.
            guard told[id] == nil else { continue }
            let news = try Told.all(in: message.body)
            told[id] = news
            for entry in news {
                steps[entry.finding, default: []].append(entry.step)
                if message.path == "/sink\(grouped)" { timed[entry, default: 0] += 1 }
            }
        }
        let twice = timed.filter { $0.value > 1 }
        #expect(twice.isEmpty && timed.count > hurts, "a timer fired twice for \(twice.keys)")
        var lost: [String] = []
        for entry in accepted {
            let parts = entry.split(separator: " ").compactMap { Int($0) }
            // A later step tells an earlier one that had not been sent; never the other way round.
            if steps[parts[0]]?.contains(where: { $0 >= parts[1] }) != true { lost.append(entry) }
        }
        #expect(lost.isEmpty, "accepted and never told: \(lost.sorted())")
        let disordered = steps.filter { $0.value != $0.value.sorted() }
        #expect(disordered.isEmpty, "first sends out of order: \(disordered)")
        let repeats = received.count - told.count
        #expect(repeats <= hurts * concurrency * destinations, "\(repeats) repeats in \(hurts) rounds")
        #expect(accepted.count > hurts * 20)
    }

    /// What may pass until all is in other hands, by default; see Operating, "A node that is gone".
    static let promised = Duration.seconds(30)
    /// The same for the nodes of these tests, on a machine that does nothing else.
    static let quietly = Duration.seconds(takeover + 10)

    /// No destination waits for longer.
    static func judgeSilence(
        _ receiver: Receiver,
        _ accepted: [String: ContinuousClock.Instant],
        atMost most: Duration = promised
    ) throws {
        var told: [Int: [(step: Int, at: ContinuousClock.Instant)]] = [:]
        for message in receiver.received {
            for entry in try Told.all(in: message.body) {
                told[entry.finding, default: []].append((entry.step, message.at))
            }
        }
        var waits: [Int: [LaneSilence.Wait]] = [:]
        for (entry, since) in accepted {
            let parts = entry.split(separator: " ").compactMap { Int($0) }
            let until = told[parts[0]]?.filter { $0.step >= parts[1] }.map(\.at).min()
            // One that never was is lost, and not for this to find.
            guard let until else { continue }
            waits[parts[0] % destinations, default: []].append(LaneSilence.Wait(since: since, until: until))
        }
        for number in 0..<destinations {
            let sends = receiver.heard.filter { $0.path == "/sink\(number)" }
            let silence = LaneSilence.longest(waits[number] ?? [], sends)
            #expect(silence < most, "sink\(number) was silent for \(silence)")
        }
    }
}
