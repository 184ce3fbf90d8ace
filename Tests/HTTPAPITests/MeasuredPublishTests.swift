import Findings
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@Suite("Publishing what was measured, over the API")
struct MeasuredPublishTests {
    private struct Reply {
        var status: Int
        var tag: String?
        var json: JSON
    }

    /// A server, and what can be done with it.
    private struct Session {
        let client: any TestClientProtocol
        let operations: Operations

        func ask(
            _ method: HTTPRequest.Method,
            _ path: String,
            _ body: String = "",
            if tag: String? = nil
        ) async throws -> Reply {
            var headers: HTTPFields = [.contentType: "application/json"]
            if let tag { headers[.ifMatch] = tag }
            let response = try await client.execute(
                uri: "/api/v1/\(path)",
                method: method,
                headers: headers,
                body: ByteBuffer(string: body)
            )
            return Reply(
                status: Int(response.status.code),
                tag: response.headers[.eTag],
                json: try JSONDocument.parse(String(buffer: response.body))
            )
        }

        /// Begins a draft with a text, and has it measured to the end.
        func measure(_ text: String) async throws -> (draft: String, active: String) {
            let draft = try await ask(.post, "drafts", #"{"text": \#(JSONValue.string(text).text), "base": 1}"#)
            let replay = try await ask(.post, "replays", #"{"draft": "d1"}"#)
            let id = try #require(replay.json["id"]?.string)
            #expect(try await operations.replays.ended(id).state == .done)
            return (try #require(draft.tag), try #require(try await ask(.get, "routes").tag))
        }

        func publish(_ seen: (draft: String, active: String), _ ticks: [String]) async throws -> Reply {
            let accepted = ticks.map { #""\#($0)": true"# }.joined(separator: ", ")
            let tag = JSONValue.string(seen.draft).text
            let body = #"{"note": "why", "draftETag": \#(tag), "acknowledge": {\#(accepted)}}"#
            return try await ask(.post, "drafts/d1/publish", body, if: seen.active)
        }
    }

    private func serve(
        _ rules: String,
        _ observed: [ObservedFinding],
        _ body: @escaping @Sendable (Session) async throws -> Void
    ) async throws {
        var state = Example.state
        state.observed = observed
        state.revisions = []
        let roles = FakeRoles(state)
        _ = try await roles.activate(Array(rules.utf8), Activation(author: "file"), now: Example.now)
        let operations = try Example.operations(roles, rules: rules)
        try await Example.app(operations).test(.router) { client in
            try await body(Session(client: client, operations: operations))
        }
    }

    @Test("a draft asks for exactly the ticks that its measured effect needs", arguments: MeasuredChange.allCases)
    func ticks(change: MeasuredChange) async throws {
        try await serve(MeasuredChange.rules, MeasuredChange.observed) { session in
            let seen = try await session.measure(change.rules)
            let (nobody, suppressed) = change.counts
            let needed = (nobody > 0 ? ["nobody"] : []) + (suppressed > 0 ? ["suppressed"] : [])
            // No other tick stands for one that is needed.
            for missing in needed {
                let others = ["nobody", "suppressed", "unmeasured"].filter { $0 != missing }
                for ticks in [[], others] {
                    let refused = try await session.publish(seen, ticks)
                    #expect(refused.status == 409, "\(ticks)")
                    #expect(refused.json["nobody"]?.integer == nobody)
                    #expect(refused.json["suppressed"]?.integer == suppressed)
                    #expect(refused.json["measured"]?.bool == true)
                }
            }
            #expect(try await session.ask(.get, "routes").json["revision"]?["version"]?.integer == 1)
            let published = try await session.publish(seen, needed)
            #expect(published.status == 201 && published.json["version"]?.integer == 2)
        }
    }

    @Test("of twenty planted mistakes none is published before it was accepted", arguments: PlantedMistake.all)
    func planted(mistake: PlantedMistake) async throws {
        let observed = PlantedMistake.findings.enumerated().map { index, finding in
            ObservedFinding(
                number: Int64(1_000 - index),
                finding: finding,
                receivedAt: Example.now - Double(index + 1),
                destinations: ["alpha"]
            )
        }
        try await serve(PlantedMistake.rules, observed) { session in
            let seen = try await session.measure(mistake.rules)
            let refused = try await session.publish(seen, ["suppressed", "unmeasured"])
            #expect(refused.status == 409 && refused.json["nobody"]?.integer == mistake.lost.count)
            #expect(try await session.publish(seen, ["nobody"]).status == 201)
        }
    }

    @Test("an earlier version asks for the ticks, too", arguments: MeasuredChange.allCases)
    func rollback(change: MeasuredChange) async throws {
        try await serve(change.rules, MeasuredChange.observed) { session in
            let first = try await session.ask(.get, "routes").tag
            let second = try await session.ask(.put, "routes?note=x", MeasuredChange.rules, if: first).tag
            let replay = try await session.ask(.post, "replays", #"{"version": 1, "against": 2}"#)
            let id = try #require(replay.json["id"]?.string)
            #expect(try await session.operations.replays.ended(id).state == .done)
            func back(_ ticks: String) async throws -> Reply {
                try await session.ask(
                    .post,
                    "routes/versions/1/rollback",
                    #"{"acknowledge": {\#(ticks)}}"#,
                    if: second
                )
            }
            let (nobody, suppressed) = change.counts
            if nobody + suppressed > 0 {
                let refused = try await back(#""unmeasured": true"#)
                #expect(refused.status == 409 && refused.json["nobody"]?.integer == nobody)
                #expect(refused.json["suppressed"]?.integer == suppressed)
            }
            #expect(try await back(#""nobody": true, "suppressed": true"#).status == 201)
        }
    }
}
