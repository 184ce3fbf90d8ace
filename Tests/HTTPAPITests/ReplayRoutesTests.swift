import Findings
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Operations
import Replay
import Routing
import Store
import Testing

@Suite("API of replays")
struct ReplayRoutesTests {
    private struct Reply {
        var status: Int
        var headers: HTTPFields
        var json: JSON
    }

    /// A server, and what can be done with it.
    private struct Session {
        let client: any TestClientProtocol
        let operations: Operations

        func ask(
            _ method: HTTPRequest.Method,
            _ path: String,
            headers: HTTPFields = [:],
            body: String? = nil
        ) async throws -> Reply {
            let response = try await client.execute(
                uri: "/api/v1/replays\(path)",
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            )
            let text = String(buffer: response.body)
            return Reply(
                status: Int(response.status.code),
                headers: response.headers,
                json: try JSONDocument.parse(text.isEmpty ? "{}" : text)
            )
        }
    }

    private func serve(_ body: @escaping @Sendable (Session) async throws -> Void) async throws {
        let operations = try Example.operations(Example.roles())
        try await Example.app(operations).test(.router) { client in
            try await body(Session(client: client, operations: operations))
        }
    }

    private static func body(_ text: String, _ more: String = "") -> String {
        "{\"text\": \(JSONValue.string(text).text)\(more)}"
    }

    /// Nothing is sent any more.
    private static let none = Example.routes.replacing(">=high", with: ">=critical")

    @Test("a replay is asked for, runs, and says what the rules would have changed")
    func life() async throws {
        try await serve { session in
            let asked = try await session.ask(.post, "", body: Self.body(Self.none))
            #expect(asked.status == 202)
            let id = try #require(asked.json["id"]?.string)
            #expect(asked.headers[.location] == "/api/v1/replays/\(id)")
            #expect(asked.json["author"]?.string == "api:loopback")
            _ = try await session.operations.replays.ended(id)
            let shown = try await session.ask(.get, "/\(id)")
            #expect(shown.json["state"]?.string == "done" && shown.json["against"]?.integer == 1)
            #expect(shown.json["candidate"]?.kind == .null)
            let classes = shown.json["result"]?["classes"]?.elements ?? []
            #expect(classes.map { $0["class"]?.string } == ReplayClass.allCases.map(\.rawValue))
            #expect(classes.first?["findings"]?.integer == 2)
            #expect(shown.json["result"]?["changes"]?.elements.first?["rule"]?.string == "severe")
            let tag = try #require(shown.headers[.eTag])
            #expect(try await session.ask(.get, "/\(id)", headers: [.ifNoneMatch: tag]).status == 304)
            let again = try await session.ask(.post, "", body: Self.body(Self.none))
            #expect(again.status == 200 && again.json["id"]?.string == id)
            let listed = try await session.ask(.get, "")
            #expect(listed.json["items"]?.elements.map { $0["id"]?.string } == [id])
            #expect(listed.json["items"]?.elements.first?["result"] == nil)
        }
    }

    @Test("samples come a page at a time with the reasons of both rule sets")
    func samples() async throws {
        try await serve { session in
            let asked = try await session.ask(.post, "", body: Self.body(Self.none, #", "depth": "messages""#))
            let id = try #require(asked.json["id"]?.string)
            #expect(try await session.operations.replays.ended(id).state == .done)
            let first = try await session.ask(.get, "/\(id)/findings?class=nobody&destination=secops&limit=1")
            #expect(first.status == 200)
            let item = try #require(first.json["items"]?.elements.first)
            #expect(item["before"]?["destinations"]?.elements.first?.string == "secops")
            #expect(item["after"]?["destinations"]?.elements.isEmpty == true)
            #expect(item["after"]?["explanation"]?["verdict"]?.string == "unrouted")
            #expect(item["accountName"]?.string == "production")
            let next = try #require(first.json["next"]?.string)
            let second = try await session.ask(.get, "/\(id)/findings?destination=secops&limit=1&cursor=\(next)")
            #expect(second.json["items"]?.elements.count == 1 && second.json["next"]?.kind == .null)
            #expect(try await session.ask(.get, "/\(id)/findings?destination=other").json["items"]?.elements.count == 0)
            #expect(try await session.ask(.get, "/\(id)/findings?class=unchanged").status == 400)
            #expect(try await session.ask(.get, "/\(id)/findings?cursor=99").status == 400)
            let exchanges: JSONValue = .array(
                try await [("/{id}", "/\(id)"), ("/{id}/findings", "/\(id)/findings"), ("", "")].asyncMap {
                    template,
                    path in
                    [
                        "method": "GET", "path": .string("/api/v1/replays\(template)"), "status": 200,
                        "type": "application/json", "body": .string(try await session.ask(.get, path).json.text),
                    ]
                }
            )
            let description = CommandRun.root.appending(path: "deploy/openapi.json").path
            let run = try await CommandRun.check(description: description, exchanges: exchanges.text)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
        }
    }

    @Test("a text that does not load is refused with the place of every mistake")
    func mistakes() async throws {
        try await serve { session in
            let bad = Example.routes.replacing(#""send": ["secops"]"#, with: #""send": ["sceops"]"#)
            let refused = try await session.ask(.post, "", body: Self.body(bad))
            #expect(refused.status == 422)
            let item = try #require(refused.json["errors"]?.elements.first)
            #expect(item["pointer"]?.string == "/rules/0/send/0")
            #expect(item["line"]?.integer == 2 && item["column"]?.integer != nil)
            #expect(item["detail"]?.string?.contains("secops") == true)
            #expect(try await session.ask(.post, "", body: #"{"version": 9}"#).status == 422)
            #expect(try await session.ask(.post, "", body: #"{"version": 1, "text": "{}"}"#).status == 400)
            #expect(try await session.ask(.post, "", body: #"{"version": 1, "depth": "all"}"#).status == 400)
            let empty = #"{"version": 1, "since": "2026-09-21T00:00:00Z", "until": "2026-09-20T00:00:00Z"}"#
            #expect(try await session.ask(.post, "", body: empty).status == 422)
        }
    }

    @Test("ending a replay that is over changes nothing, and one that is not there is not found")
    func cancel() async throws {
        try await serve { session in
            let asked = try await session.ask(.post, "", body: #"{"version": 1}"#)
            let id = try #require(asked.json["id"]?.string)
            _ = try await session.operations.replays.ended(id)
            #expect(try await session.ask(.delete, "/\(id)").status == 204)
            #expect(try await session.ask(.delete, "/\(id)").status == 204)
            #expect(try await session.ask(.get, "/\(id)").json["state"]?.string == "done")
            #expect(try await session.ask(.delete, "/none").status == 404)
            #expect(try await session.ask(.get, "/none/findings").status == 404)
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
