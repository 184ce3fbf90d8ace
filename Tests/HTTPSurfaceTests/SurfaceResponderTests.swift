import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("SurfaceResponder")
struct SurfaceResponderTests {
    private struct Unexpected: Error {}

    private func app(_ credentials: Credentials = .none, limit: BodyLimit = .standard) -> some ApplicationProtocol {
        let router = SurfaceResponder.router()
        router.get("status") { _, context in "\(context.requestID)" }
        router.get("things/:id") { _, context in try context.parameters.require("id") }
        router.put("things/:id") { _, _ in "put" }
        router.get("fails") { _, _ -> String in throw Unexpected() }
        router.get("problem") { _, _ -> String in throw Problem(.conflict, detail: "Twice.") }
        router.get("plain") { _, _ -> String in throw HTTPError(.unprocessableContent, message: "no") }
        router.post("echo") { request, _ in String(try await limit.collect(request).count) }
        router.group("private").add(middleware: Authentication(credentials, for: .read))
            .get("who") { _, context in context.caller?.name ?? "nobody" }
        return Application(responder: SurfaceResponder(router))
    }

    @Test(
        "an error leaves as a problem document, whoever made it",
        arguments: [
            ("/nowhere", HTTPRequest.Method.get, 404, "There is nothing at /nowhere."),
            ("/things", .get, 404, "There is nothing at /things."),
            ("/things/1/2", .get, 404, "There is nothing at /things/1/2."),
            ("/status", .post, 405, "/status takes GET, HEAD."),
            ("/things/7", .delete, 405, "/things/7 takes GET, HEAD, PUT."),
            ("/echo", .head, 405, "/echo takes POST."), ("/problem", .get, 409, "Twice."), ("/plain", .get, 422, "no"),
            ("/%3Cscript%3E", .get, 404, "There is nothing at /%3Cscript%3E."),
        ] as [(String, HTTPRequest.Method, Int, String?)]
    )
    func errors(path: String, method: HTTPRequest.Method, status: Int, detail: String?) async throws {
        try await app().test(.router) { client in
            let response = try await client.execute(uri: path, method: method)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
            let problem = try JSONDocument.parse(Array(response.body.readableBytesView))
            #expect(problem["status"]?.integer == status)
            #expect(problem["detail"]?.string == detail)
            if status == 405 {
                #expect(response.headers[.allow].map { detail?.hasSuffix("takes \($0).") ?? false } == true)
            }
        }
    }

    @Test("a failure of ours says nothing but the id to look for in the log")
    func unexpected() async throws {
        try await app().test(.router) { client in
            let response = try await client.execute(uri: "/fails", method: .get, headers: [.requestID: "look-for-me"])
            #expect(response.status == .internalServerError)
            let text = String(buffer: response.body)
            #expect(text.contains("look-for-me"))
            #expect(text.contains("Unexpected") == false)
        }
    }

    @Test("every answer, good or bad, carries the security headers", arguments: ["/status", "/nowhere", "/fails"])
    func securityHeaders(path: String) async throws {
        try await app().test(.router) { client in
            let headers = try await client.execute(uri: path, method: .get).headers
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
            #expect(headers[.cacheControl] == "no-store")
            #expect(headers[HTTPField.Name(constant: "X-Frame-Options")] == "DENY")
            #expect(headers[HTTPField.Name(constant: "Referrer-Policy")] == "no-referrer")
        }
    }

    @Test(
        "a sensible request id is kept",
        arguments: ["a", "1-67891233-abcdef012345678912345678", String(repeating: "x", count: 128)]
    )
    func keptID(id: String) async throws {
        try await app().test(.router) { client in
            let response = try await client.execute(uri: "/status", method: .get, headers: [.requestID: id])
            #expect(response.headers[.requestID] == id)
            #expect(String(buffer: response.body) == id)
        }
    }

    @Test(
        "another request id is replaced",
        arguments: ["", "a b", "<script>", "a\"b", String(repeating: "x", count: 129)]
    )
    func replacedID(id: String) async throws {
        try await app().test(.router) { client in
            let response = try await client.execute(uri: "/status", method: .get, headers: [.requestID: id])
            let given = try #require(response.headers[.requestID])
            #expect(given != id)
            #expect((1...128).contains(given.count))
        }
    }

    @Test("HEAD is answered wherever GET is, without a body")
    func head() async throws {
        try await app().test(.router) { client in
            let response = try await client.execute(uri: "/things/42", method: .head)
            #expect(response.status == .ok)
            #expect(response.headers[.contentLength] == "2")
            #expect(response.body.readableBytes == 0)
        }
    }

    @Test("without a token the door says how to present one, to browsers as well")
    func unauthorized() async throws {
        let credentials = Credentials(tokens: [(name: "token.siem", secret: "s3cret")])
        try await app(credentials).test(.router) { client in
            let refused = try await client.execute(
                uri: "/private/who",
                method: .get,
                headers: [.authorization: "Bearer canary"]
            )
            #expect(refused.status == .unauthorized)
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(refused.headers[values: .wwwAuthenticate].map { $0.prefix(6) } == ["Bearer", "Basic "])
            #expect(String(buffer: refused.body).contains("canary") == false)
            let allowed = try await client.execute(
                uri: "/private/who",
                method: .get,
                headers: [.authorization: "Bearer s3cret"]
            )
            #expect(String(buffer: allowed.body) == "token.siem")
        }
    }

    @Test(
        "a body that declares too much is refused at once, over a real connection as well",
        arguments: [TestingSetup.router, .live]
    )
    func tooLarge(setup: TestingSetup) async throws {
        try await app(limit: BodyLimit(bytes: 1_000)).test(setup) { client in
            let fits = try await client.execute(
                uri: "/echo",
                method: .post,
                body: ByteBuffer(repeating: 0x20, count: 1_000)
            )
            #expect(String(buffer: fits.body) == "1000")
            let refused = try await client.execute(
                uri: "/echo",
                method: .post,
                body: ByteBuffer(repeating: 0x20, count: 1_001)
            )
            #expect(refused.status == .contentTooLarge)
            #expect(String(buffer: refused.body).contains("1000 bytes"))
        }
    }
}
