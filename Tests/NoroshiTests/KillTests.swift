import Findings
import Foundation
import NoroshiTestSupport
import Synchronization
import Testing

@Suite("Killing the process", .serialized)
struct KillTests {
    /// How often the process is killed; NOROSHI_KILL_CYCLES asks for more.
    private static let cycles = ProcessInfo.processInfo.environment["NOROSHI_KILL_CYCLES"].flatMap(Int.init) ?? 50
    /// Messages that are being sent or whose results are not on disk yet: the most that one kill can repeat.
    private static let concurrency = 4

    /// The receiver is given so much time that what is repeated is repeated because of a kill.
    private static let routes = """
        {"version":1,"destinations":{"sink":{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true,\
        "concurrency":\(concurrency),"timeout":"10m"}},"rules":[{"name":"all","when":{},"send":["sink"]}]}
        """

    @Test(
        "kill -9 at random moments under load loses nothing and repeats no more than what was being sent",
        .timeLimit(.minutes(20))
    )
    func killUnderLoad() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(routes: KillTests.routes, environment: ["SINK_URL": url + "/hook"])
            let accepted = Accepted()
            var random = SeededGenerator(seed: 7)
            var next = 0
            for _ in 0..<KillTests.cycles {
                try await server.start()
                let status = try await server.get("/api/v1/status")
                #expect(KillTests.isBalanced(status), "\(status.text)")
                let first = next
                next += 1_000
                let delay = Duration.milliseconds(Int.random(in: 5...250, using: &random))
                await withTaskGroup { group in
                    for worker in 0..<4 {
                        group.addTask {
                            for number in stride(from: first + worker, to: first + 1_000, by: 4) {
                                // A server that is gone answers nothing: what it did not accept is not owed.
                                guard let status = try? await server.post(Sample.guardDuty(number)), status == 200
                                else { return }
                                accepted.insert(number)
                            }
                        }
                    }
                    group.addTask {
                        // The moment of the kill is what the test varies; the clock is the only way to choose it.
                        try? await ContinuousClock().sleep(for: delay)
                        await server.kill9()
                    }
                }
            }
            try await server.start()
            let totals = try await server.settle()
            let status = try await server.get("/api/v1/status")
            #expect(KillTests.isBalanced(status), "\(status.text)")
            #expect(totals["dead"]?.integer == 0)

            let owed = accepted.numbers
            let received = receiver.received
            let delivered = Set(received.compactMap { Sample.number(in: $0.body) })
            #expect(owed.count >= KillTests.cycles)
            #expect(owed.subtracting(delivered).isEmpty, "accepted and never delivered")
            let ids = received.compactMap(\.id)
            #expect(ids.count == received.count)
            // What was only held ready is not called a possible repetition.
            let uncertain = KillTests.uncertain(server.log)
            #expect(uncertain.isEmpty == false)
            #expect(uncertain.allSatisfy { $0 <= KillTests.concurrency }, "\(uncertain)")
            let repeated = ids.count - Set(ids).count
            #expect(repeated <= KillTests.cycles * KillTests.concurrency)
            // One message per finding: a repetition carries the id of the first.
            #expect(Set(ids).count == delivered.count)
            #expect(await server.terminate() == 0)
        }
    }

    /// The findings that were answered with 200.
    private final class Accepted: Sendable {
        private let state = Mutex<Set<Int>>([])

        var numbers: Set<Int> { state.withLock { $0 } }

        func insert(_ number: Int) { state.withLock { _ = $0.insert(number) } }
    }

    /// How many sends each start found to be uncertain, by what it logged.
    private static func uncertain(_ log: String) -> [Int] {
        log.split(separator: "\n").compactMap { line in
            guard line.contains("deliveries were under way when the process ended"),
                let range = line.range(of: #""count":""#)
            else { return nil }
            return Int(line[range.upperBound...].prefix { $0.isNumber })
        }
    }

    private static func isBalanced(_ status: JSON) -> Bool {
        guard let totals = status["totals"] else { return false }
        func count(_ name: String) -> Int { totals[name]?.integer ?? Int.min / 8 }
        let held = totals["held"]?.members.reduce(0) { $0 + ($1.value.integer ?? 0) } ?? Int.min / 8
        return count("accepted")
            == count("waiting") + count("routed") + count("suppressed") + count("unrouted")
            && count("due") == count("delivered") + count("pending") + count("dead") + held
            && totals["balanced"]?.bool == true
    }
}
