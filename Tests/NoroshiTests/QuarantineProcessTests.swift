import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("What cannot be read, and what came before", .timeLimit(.minutes(15)))
struct QuarantineProcessTests {
    private static let routes = #"{"version":1,"destinations":{},"rules":[]}"#

    private func run(_ server: ServerProcess, _ arguments: String...) throws -> CommandRun {
        try CommandRun(CommandRun.noroshi, ["quarantine"] + arguments, environment: ["NOROSHI_SERVER": server.base])
    }

    @Test("items are listed, shown, read again and dropped from the command line")
    func commands() async throws {
        let server = try ServerProcess(routes: QuarantineProcessTests.routes)
        try await server.start()
        #expect(try run(server, "list").errors.contains("Nothing is in quarantine"))
        #expect(try await server.post("{broken") == 400)
        #expect(try await server.post("[\(Sample.guardDuty(1)), 17]") == 200)
        let list = try run(server, "list")
        #expect(list.status == 0)
        #expect(list.output.split(separator: "\n").count == 3, "\(list.output)")
        let show = try run(server, "show", "1")
        #expect(show.output.contains("{broken"))
        let retry = try run(server, "retry", "--all")
        #expect(retry.status == 1)
        #expect(retry.errors.contains("1:") && retry.errors.contains("2:") && retry.errors.contains("cannot be read"))
        #expect(try run(server, "drop", "1").status == 0)
        #expect(try run(server, "show", "1").status == 1)
        #expect(try run(server, "drop").status == 64)
        let status = try CommandRun(CommandRun.noroshi, ["status"], environment: ["NOROSHI_SERVER": server.base])
        #expect(status.output.contains("quarantine 1 items"))
        #expect(await server.terminate() == 0)
    }

    @Test("an event that is sent again is answered so, also after a restart, and is told how to count anew")
    func redelivered() async throws {
        let server = try ServerProcess(routes: QuarantineProcessTests.routes)
        try await server.start()
        func result() async throws -> JSON? {
            let answer = try await server.request("POST", "/v1/events", body: Sample.guardDuty(1))
            return try JSONDocument.parse(answer.body)["results"]?.elements.first
        }
        #expect(try await result()?["status"]?.string == "accepted")
        let again = try await result()
        #expect(again?["status"]?.string == "redelivered")
        #expect(again?["findings"]?.integer == 1)
        #expect(again?["reason"]?.string?.contains("Send it with another id") == true)
        #expect(await server.terminate() == 0)
        try await server.start()
        // What came last is looked at beside the start.
        while try await result()?["status"]?.string != "redelivered" {
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        #expect(try await server.settle()["accepted"]?.integer == 1)
        #expect(await server.terminate() == 0)
    }
}
