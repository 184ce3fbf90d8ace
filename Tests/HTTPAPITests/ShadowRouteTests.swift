import Findings
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@Suite("A shadow over the API")
struct ShadowRouteTests {
    @Test("it is begun and ended by whoever saw how it is, one at a time, and both are audited")
    func life() async throws {
        let roles = try Example.roles()
        try await Example.app(roles).test(.router) { client in
            func ask(
                _ method: HTTPRequest.Method,
                _ path: String,
                _ tag: String?,
                _ body: String? = nil
            ) async throws -> (status: Int, tag: String, json: JSON?) {
                var headers = HTTPFields()
                headers[.ifMatch] = tag
                if body != nil { headers[.contentType] = "application/json" }
                let answer = try await client.execute(
                    uri: "/api/v1/\(path)",
                    method: method,
                    headers: headers,
                    body: body.map { ByteBuffer(string: $0) }
                )
                let text = String(buffer: answer.body)
                let json = text.isEmpty ? nil : try JSONDocument.parse(text)
                return (Int(answer.status.code), answer.headers[.eTag] ?? "", json)
            }
            let none = try await ask(.get, "shadow", nil)
            #expect(none.status == 200 && none.json?["state"]?.string == "none")
            let draft = try #require(try await ask(.post, "drafts", nil, "{}").json?["id"]?.string)
            let wanted = #"{"draft": "\#(draft)"}"#
            #expect(try await ask(.put, "shadow", nil, wanted).status == 428)
            #expect(try await ask(.put, "shadow", "\"other\"", wanted).status == 412)
            #expect(try await ask(.put, "shadow", none.tag, "{}").status == 400)
            #expect(try await ask(.put, "shadow", none.tag, #"{"draft": "d99"}"#).status == 404)
            let running = try await ask(.put, "shadow", none.tag, wanted)
            #expect(running.status == 200 && running.json?["state"]?.string == "running")
            #expect(try await ask(.put, "shadow", "*", wanted).status == 409)
            #expect(try await ask(.delete, "shadow", none.tag).status == 412)
            #expect(try await ask(.delete, "shadow", running.tag).status == 204)
            #expect(try await ask(.delete, "shadow", "*").status == 404)
            #expect(try await ask(.get, "shadow", nil).json?["state"]?.string == "ended")
        }
        let actions = roles.state.withLock { $0.audit.map(\.entry.action) }
        #expect(actions.filter { $0.hasPrefix("shadow.") } == ["shadow.start", "shadow.stop"])
    }
}
