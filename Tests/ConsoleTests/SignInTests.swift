import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Signing in to the console")
struct SignInTests {
    private static let pages = [
        "/", "/findings", "/findings/1", "/deliveries", "/deliveries/1", "/destinations", "/go?q=x",
    ]

    private func harness(roles: [String: Role] = [:]) -> ConsoleHarness {
        ConsoleHarness(
            credentials: Credentials(
                tokens: [(name: "token.mina", secret: "s3cret"), (name: "token.post", secret: "p")],
                roles: ["token.post": .sender].merging(roles) { $1 }
            )
        )
    }

    private func signIn(_ harness: ConsoleHarness, token: String = "s3cret", next: String = "/") async throws
        -> ConsoleHarness.Answer
    {
        try await harness.send(.post, "/sign-in", headers: .ownForm, form: [("token", token), ("next", next)])
    }

    @Test("without a token every page leads to the door and back", arguments: SignInTests.pages)
    func door(path: String) async throws {
        let answer = try await harness().send(.get, path)
        #expect(answer.status == 303)
        let location = try #require(answer.headers[.location])
        #expect(location.hasPrefix("/sign-in"))
        #expect(path == "/" || path.hasPrefix("/go") || location == "/sign-in?next=\(path.percentEncoded)")
    }

    @Test("a known token opens every page, by a cookie that no script reads and no other site sends")
    func opens() async throws {
        let harness = harness()
        let entry = try await signIn(harness, next: "/findings")
        #expect(entry.status == 303 && entry.headers[.location] == "/findings")
        let cookie = try #require(entry.cookie)
        #expect(entry.headers[.setCookie]?.hasSuffix("; Path=/; HttpOnly; SameSite=Lax") == true)
        for path in SignInTests.pages {
            let answer = try await harness.send(.get, path, headers: [.cookie: "other=1; \(cookie)"])
            #expect(answer.status != 303 || path.hasPrefix("/go"), "\(path)")
        }
        // What is stored opens nothing by itself.
        let stored = try #require(harness.sessions.records.withLock { $0.values.first })
        #expect(cookie.contains(stored.id.map { String($0, radix: 16) }.joined()) == false)
        #expect(stored.token == "token.mina")
    }

    @Test("beyond this machine the cookie is bound to the host and to TLS")
    func securedCookie() {
        let far = HTTPRequest(method: .get, scheme: nil, authority: "noroshi.example.com", path: "/")
        #expect(SessionCookie.kept("x", far) == "__Host-noroshi=x; Path=/; HttpOnly; SameSite=Lax; Secure")
        #expect(SessionCookie.ended(far) == "__Host-noroshi=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure")
        var head = far
        head.headerFields[.cookie] = "noroshi=plain"
        #expect(SessionCookie.value(head) == nil)
        head.headerFields[.cookie] = "a=b; __Host-noroshi=x"
        #expect(SessionCookie.value(head) == "x")
        head.headerFields[.cookie] = "__Host-noroshi=y; __Host-noroshi=x"
        #expect(SessionCookie.value(head) == nil)
    }

    @Test("an unknown token opens nothing, says so, and is not shown again")
    func unknown() async throws {
        let answer = try await signIn(harness(), token: "guess-<b>")
        #expect(answer.status == 401 && answer.cookie == nil)
        #expect(answer.body.contains("No such token is known here."))
        #expect(answer.body.contains("guess") == false)
    }

    @Test("a token for posting events opens no page, neither as a cookie nor in a header")
    func sender() async throws {
        let harness = harness()
        #expect(try await signIn(harness, token: "p").status == 403)
        #expect(try await harness.send(.get, "/findings", headers: [.authorization: "Bearer p"]).status == 403)
        #expect(try await harness.send(.get, "/findings", headers: [.authorization: "Bearer s3cret"]).status == 200)
    }

    @Test("a form of another site signs nobody in")
    func foreignForm() async throws {
        let harness = harness()
        for headers: HTTPFields in [[:], [.secFetchSite: "cross-site"], [.origin: "https://evil.example.com"]] {
            let answer = try await harness.send(.post, "/sign-in", headers: headers, form: [("token", "s3cret")])
            #expect(answer.status == 403 && answer.cookie == nil)
        }
    }

    @Test(
        "afterwards nobody is led to another server",
        arguments: [
            "//evil.example.com", "/\\evil.example.com", "https://evil.example.com", "javascript:alert(1)", "",
            "evil", "/\t/evil.example.com", "/a\r\nSet-Cookie: x",
        ]
    )
    func openRedirect(next: String) async throws {
        #expect(try await signIn(harness(), next: next).headers[.location] == "/")
        let shown = try await harness().send(.get, "/sign-in?next=\(next.percentEncoded)")
        #expect(shown.body.contains(#"name="next" value="/""#))
    }

    @Test("a session ends with its token, after 12 hours, and after half an hour without use")
    func ends() async throws {
        let harness = harness()
        let cookie = try #require(try await signIn(harness).cookie)
        func isOpen() async throws -> Bool {
            try await harness.send(.get, "/findings", headers: [.cookie: cookie]).status == 200
        }
        func pass(_ seconds: Double) { harness.clock.pass(seconds) }
        for _ in 0..<25 {
            pass(1_700)
            #expect(try await isOpen())
        }
        pass(1_700)
        #expect(try await isOpen() == false)

        let idle = try #require(try await signIn(harness).cookie)
        pass(1_801)
        #expect(try await harness.send(.get, "/findings", headers: [.cookie: idle]).status == 303)

        let rotated = try #require(try await signIn(harness).cookie)
        harness.credentials.replace(with: Credentials(tokens: [(name: "token.mina", secret: "another")]))
        #expect(try await harness.send(.get, "/findings", headers: [.cookie: rotated]).status == 303)
    }

    @Test("whoever signs out is out, and a copy of the cookie with them")
    func signOut() async throws {
        let harness = harness()
        let cookie = try #require(try await signIn(harness).cookie)
        let page = try await harness.send(.get, "/findings", headers: [.cookie: cookie])
        var headers = HTTPFields.ownForm
        headers[.cookie] = cookie
        let token = try #require(page.formToken)
        let answer = try await harness.send(.post, "/sign-out", headers: headers, form: [("_csrf", token)])
        #expect(answer.headers[.location] == "/sign-in")
        #expect(answer.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await harness.send(.get, "/findings", headers: [.cookie: cookie]).status == 303)
    }

    @Test(
        "a cookie that was made up opens nothing",
        arguments: ["noroshi=", "noroshi=abc", "noroshi=\(String(repeating: "0", count: 64))"]
    )
    func forged(cookie: String) async throws {
        #expect(try await harness().send(.get, "/findings", headers: [.cookie: cookie]).status == 303)
    }

    @Test("five failures a minute and address are looked at, and no more")
    func tries() {
        let clock = MovingInstant()
        let tries = SignInTries { clock.now }
        for _ in 0..<SignInTries.most {
            #expect(tries.mayTry(from: "192.0.2.1"))
            tries.failed(from: "192.0.2.1")
        }
        #expect(tries.mayTry(from: "192.0.2.1") == false)
        #expect(tries.mayTry(from: "192.0.2.2"))
        clock.pass(.seconds(61))
        #expect(tries.mayTry(from: "192.0.2.1"))
    }
}
