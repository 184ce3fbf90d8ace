import Findings
import HTTPAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@Suite("The quarantine over HTTP")
struct QuarantineRoutesTests {
    private func ask(_ roles: FakeRoles, _ method: HTTPRequest.Method, _ path: String) async throws -> (Int, JSON) {
        try await Example.app(roles).test(.router) { client in
            let response = try await client.execute(uri: "/api/v1/quarantine/\(path)", method: method)
            return (Int(response.status.code), try JSONDocument.parse(Array(response.body.readableBytesView)))
        }
    }

    @Test("an item is shown whole, whatever its bytes are")
    func shown() async throws {
        let (status, item) = try await ask(FakeRoles(Example.state), .get, "1")
        #expect(status == 200)
        #expect(item["base64"]?.string == "e/8K")
        #expect(item["reason"]?.string == "no JSON")
    }

    @Test("what can be read by now is accepted under an id of its own, and leaves")
    func accepted() async throws {
        let roles = FakeRoles(Example.state)
        let (status, answer) = try await ask(roles, .post, "2/retry")
        #expect(status == 200)
        #expect(answer["accepted"]?.integer == 2)
        let request = try #require(roles.state.withLock { $0.accepted }.first)
        #expect(request.body == Array(Example.event.utf8))
        #expect(request.requestID == "quarantine:2")
        #expect(request.observations == 2)
        #expect(roles.state.withLock { $0.quarantine.map(\.id) } == [1, 3])
    }

    @Test("what still cannot be read stays, and the reason is said")
    func refused() async throws {
        let roles = FakeRoles(Example.state)
        let (status, problem) = try await ask(roles, .post, "1/retry")
        #expect(status == 422)
        #expect(problem["errors"]?.elements.isEmpty == false)
        #expect(roles.state.withLock { $0.quarantine.count } == 3)
        #expect(roles.state.withLock { $0.accepted.isEmpty })
    }

    @Test("while nothing can be written an item stays")
    func unwritten() async throws {
        let roles = FakeRoles(Example.state)
        roles.state.withLock { $0.acceptError = .diskFull }
        #expect(try await ask(roles, .post, "2/retry").0 == 503)
        #expect(roles.state.withLock { $0.quarantine.count } == 3)
    }

    @Test("an item that is dropped is gone", arguments: ["3", "99", "x", "-1"])
    func dropped(id: String) async throws {
        let roles = FakeRoles(Example.state)
        #expect(try await ask(roles, .delete, id).0 == (id == "3" ? 200 : 404))
        #expect(try await ask(roles, .delete, id).0 == 404)
        #expect(try await ask(roles, .get, id).0 == 404)
    }
}
