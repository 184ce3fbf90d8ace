import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Operations
import Store
import Synchronization
import Testing

@Suite("Being told of changes", .timeLimit(.minutes(15)))
struct StreamRouteTests {
    @Test("a stream says which topic has changed, and nothing else")
    func changes() async throws {
        let roles = FakeRoles(Example.state)
        let operations = try Example.operations(roles)
        let text = try await Example.app(operations).test(.router) { client in
            async let answer = client.execute(uri: "/api/v1/stream?topics=rules,overview", method: .get)
            while await operations.changes.listenerCount == 0 { await Task.yield() }
            roles.state.withLock { $0.totals.received += 1 }
            _ = await operations.changes.mark([.overview])
            // The notice is taken before the feed ends.
            await operations.changes.isHeard()
            await operations.changes.close()
            let response = try await answer
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(response.headers[try #require(HTTPField.Name("X-Accel-Buffering"))] == "no")
            #expect(response.headers[.cacheControl] == "no-store")
            return String(buffer: response.body)
        }
        let id = try #require(text.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4))
        let origin = id.prefix { $0 != "-" }
        #expect(text == "retry: 3000\n\nid: \(id)\n\nevent: overview\nid: \(origin)-3\ndata: changed\n\n")
    }

    @Test(
        "who comes back with another id than that of now is told to ask for everything again",
        arguments: [true, false]
    )
    func resync(byHeader: Bool) async throws {
        let operations = try Example.operations(FakeRoles(Example.state))
        let uri = "/api/v1/stream?topics=findings" + (byHeader ? "" : "&since=old-1")
        let text = try await Example.app(operations).test(.router) { client in
            async let answer = client.execute(uri: uri, method: .get, headers: byHeader ? [.lastEventID: "old-1"] : [:])
            while await operations.changes.listenerCount == 0 { await Task.yield() }
            await operations.changes.isHeard()
            await operations.changes.close()
            return String(buffer: try await answer.body)
        }
        #expect(text.contains("event: resync\n"))
    }

    @Test(
        "what nobody can listen to is refused",
        arguments: [
            ("", 400), ("?topics=", 400), ("?topics=everything", 400), ("?topics=overview&x=1", 400),
            ("?topics=replay:none", 404),
        ]
    )
    func refusals(query: String, status: Int) async throws {
        let operations = try Example.operations(FakeRoles(Example.state))
        try await Example.app(operations).test(.router) { client in
            let response = try await client.execute(uri: "/api/v1/stream\(query)", method: .get)
            #expect(Int(response.status.code) == status)
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    @Test("the 201st is told to come back later")
    func full() async throws {
        let operations = try Example.operations(FakeRoles(Example.state))
        var kept: [ChangeNotices] = []
        for _ in 0..<ChangeFeed.mostListeners {
            kept.append(try await operations.changes.listen(to: [.rules], since: nil) { true })
        }
        try await Example.app(operations).test(.router) { client in
            let response = try await client.execute(uri: "/api/v1/stream?topics=rules", method: .get)
            #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "60")
        }
        #expect(kept.count == ChangeFeed.mostListeners)
    }

    @Test("200 listen over connections of their own, the 201st has to wait, and there is room when some are gone")
    func connections() async throws {
        let operations = try Example.operations(FakeRoles(Example.state))
        let most = ChangeFeed.mostListeners
        try await Example.app(operations).test(.live) { client in
            let port = try #require(client.port)
            var kept = try await StreamConnection.open(most, port: port)
            #expect(kept.allSatisfy { $0.status == 200 })
            #expect(await operations.changes.listenerCount == most)
            let refused = try await StreamConnection.open(1, port: port)
            #expect(refused.map(\.status) == [503])
            // Half of them say goodbye, and half are cut off.
            for (index, gone) in kept.prefix(20).enumerated() { gone.end(isCutOff: index % 2 == 0) }
            kept.removeFirst(20)
            while await operations.changes.listenerCount > most - 20 { await Task.yield() }
            let late = try await StreamConnection.open(20, port: port)
            #expect(late.allSatisfy { $0.status == 200 })
            #expect(try await StreamConnection.open(1, port: port).map(\.status) == [503])
            for connection in kept + late { connection.end(isCutOff: false) }
            while await operations.changes.listenerCount > 0 { await Task.yield() }
        }
    }

    @Test("sessions are listed without what opens them, and ended")
    func sessions() async throws {
        var state = Example.state
        for number in UInt8(1)...3 {
            state.sessions.append(
                .init(
                    id: [UInt8](repeating: number, count: 32),
                    token: number == 3 ? "token.b" : "token.a",
                    seal: [],
                    createdAt: Example.now,
                    usedAt: Example.now
                )
            )
        }
        let credentials = Credentials(
            tokens: [(name: "token.a", secret: "a"), (name: "token.b", secret: "b")],
            roles: ["token.a": .viewer, "token.b": .editor]
        )
        let seals = ["token.a", "token.b"].map { credentials.seals(of: $0)[0] }
        for index in state.sessions.indices { state.sessions[index].seal = seals[index == 2 ? 1 : 0] }
        let roles = FakeRoles(state)
        try await Example.app(roles, credentials: credentials).test(.router) { client in
            func send(_ method: HTTPRequest.Method, _ path: String, _ token: String) async throws -> (Int, JSON) {
                let headers: HTTPFields = [.authorization: "Bearer \(token)"]
                let response = try await client.execute(
                    uri: "/api/v1/sessions\(path)",
                    method: method,
                    headers: headers
                )
                let text = String(buffer: response.body)
                return (Int(response.status.code), try JSONDocument.parse(text.isEmpty ? "{}" : text))
            }
            let items = try await send(.get, "", "a").1["items"]?.elements ?? []
            #expect(items.compactMap { $0["person"]?.string }.sorted() == ["token.a", "token.a", "token.b"])
            #expect(Set(items.compactMap { $0["role"]?.string }) == ["viewer", "editor"])
            let ofB = try #require(items.first { $0["person"]?.string == "token.b" }?["id"]?.string)
            #expect(try await send(.delete, "/\(ofB)", "a").0 == 403)
            #expect(try await send(.delete, "?of=everybody", "a").0 == 403)
            #expect(try await send(.delete, "/nothing", "b").0 == 404)
            #expect(try await send(.delete, "", "a").1["count"]?.integer == 2)
            #expect(try await send(.delete, "/\(ofB)", "b").0 == 204)
            #expect(roles.state.withLock { $0.sessions.isEmpty })
        }
    }
}

extension ChangeFeed {
    /// Returns once every listener has taken what it was told.
    fileprivate nonisolated func isHeard() async {
        while await waitingCount > 0 { await Task.yield() }
    }
}
