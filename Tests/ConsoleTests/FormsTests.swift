import HTTPSurface
import HTTPTypes
import Hummingbird
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Forms of the console")
struct FormsTests {
    private static let forms = [
        "/destinations/secops/pause", "/destinations/secops/resume",
        "/deliveries/00000000000000000000000000000002/retry",
    ]

    private static let editing = [
        "/rules", "/rules/edit/severe", "/rules/new", "/rules/json", "/settings/fallback", "/draft", "/draft/publish",
        "/draft/merge", "/drafts/d1/take-over", "/versions/1/rollback",
    ]

    /// Every address that takes a form, by the router.
    private static func posts() throws -> [String] {
        let router = SurfaceResponder.router()
        ConsoleRoutes(
            operations: try Example.operations(FakeRoles(Example.state)),
            credentials: .none,
            sessions: SessionsInMemory(),
            formSecret: FormSecret(bytes: [UInt8](repeating: 7, count: 32)),
            version: "1.2.3"
        ).add(to: router)
        let unsafe = router.routes.filter { [.get, .head, .options].contains($0.method) == false }
        #expect(unsafe.allSatisfy { $0.method == .post })
        return unsafe.map { route in
            "/"
                + route.path.description.split(separator: "/").map {
                    [":", "{"].contains($0.first) ? "x1" : String($0)
                }
                .joined(separator: "/")
        }
    }

    /// What changes nothing of the service, or only for whoever asks.
    private static let harmless: Set<String> = ["/sign-in", "/sign-out", "/theme", "/try"]
    /// What a responder may.
    private static let responses = ["/destinations/", "/deliveries/", "/silences/"]

    @Test("no address that takes a form takes one of another page, or of a lower role")
    func every() async throws {
        let posts = try Self.posts()
        #expect(posts.count >= 30 && Self.harmless.isSubset(of: posts))
        for (role, mode) in [
            (Role.editor, ConsoleRoutes.Mode.on), (.responder, .on), (.viewer, .on), (.editor, .readOnly),
        ] {
            let (harness, headers, token) = try await session(role, mode)
            var silent = headers
            silent[.secFetchSite] = nil
            var cross = headers
            cross[.secFetchSite] = "cross-site"
            var foreign = silent
            foreign[.origin] = "https://evil.example.com"
            for path in posts {
                for headers in [silent, cross, foreign] {
                    let answer = try await harness.send(.post, path, headers: headers, form: [("_csrf", token)])
                    #expect(answer.status == 403, "\(path) as \(role)")
                }
                guard Self.harmless.contains(path) == false else { continue }
                for fields in [[], [("_csrf", "")], [("_csrf", String(token.reversed()))]] {
                    let answer = try await harness.send(.post, path, headers: headers, form: fields)
                    #expect(answer.status == 403, "\(path) as \(role)")
                }
                // Whoever may read ends their own sessions.
                let isAllowed =
                    mode == .on
                    && (role == .editor || path == "/sessions/end"
                        || role == .responder && Self.responses.contains { path.hasPrefix($0) })
                guard isAllowed == false else { continue }
                let answer = try await harness.send(.post, path, headers: headers, form: [("_csrf", token)])
                #expect(answer.status == 403, "\(path) as \(role)")
            }
            let state = harness.roles.state.withLock { ($0.audit.count, $0.drafts.count, $0.silences.count) }
            #expect(state == (0, 0, 0))
        }
    }

    private func session(_ role: Role?, _ mode: ConsoleRoutes.Mode = .on) async throws
        -> (harness: ConsoleHarness, headers: HTTPFields, token: String)
    {
        let roles: [String: Role] = role.map { ["token.a": $0] } ?? [:]
        let harness = ConsoleHarness(
            credentials: Credentials(tokens: [(name: "token.a", secret: "a")], roles: roles),
            mode: mode
        )
        let entry = try await harness.send(.post, "/sign-in", headers: .ownForm, form: [("token", "a")])
        var headers = HTTPFields.ownForm
        headers[.cookie] = entry.cookie
        let page = try await harness.send(.get, "/findings", headers: headers)
        return (harness, headers, try #require(page.formToken))
    }

    @Test("a page's own form does what it says, under the name of whoever is signed in", arguments: FormsTests.forms)
    func own(path: String) async throws {
        let (harness, headers, token) = try await session(.responder)
        let answer = try await harness.send(
            .post,
            path,
            headers: headers,
            form: [("_csrf", token), ("reason", "moving")]
        )
        #expect(answer.status == 303, "\(answer.body)")
    }

    @Test(
        "a form of another page does nothing, although the browser sends the cookie along",
        arguments: FormsTests.forms + FormsTests.editing
    )
    func foreign(path: String) async throws {
        let (harness, headers, token) = try await session(.editor)
        let fields = [("_csrf", token), ("reason", "moving")]
        var silent = headers
        silent[.secFetchSite] = nil
        var cross = headers
        cross[.secFetchSite] = "cross-site"
        var origin = silent
        origin[.origin] = "https://evil.example.com"
        for headers in [silent, cross, origin] {
            #expect(try await harness.send(.post, path, headers: headers, form: fields).status == 403)
        }
        for token in [nil, "", String(token.reversed()), String(token.dropLast())] as [String?] {
            let fields = token.map { [("_csrf", $0), ("reason", "moving")] } ?? [("reason", "moving")]
            #expect(try await harness.send(.post, path, headers: headers, form: fields).status == 403)
        }
    }

    @Test(
        "a viewer's form is refused, and everybody's where the console only reads",
        arguments: FormsTests.forms + FormsTests.editing
    )
    func notAllowed(path: String) async throws {
        for (role, mode) in [(Role.viewer, ConsoleRoutes.Mode.on), (.editor, .readOnly)] {
            let (harness, headers, token) = try await session(role, mode)
            let fields = [("_csrf", token), ("reason", "moving")]
            #expect(try await harness.send(.post, path, headers: headers, form: fields).status == 403)
        }
    }

    @Test("a responder changes no rule", arguments: FormsTests.editing)
    func responder(path: String) async throws {
        let (harness, headers, token) = try await session(.responder)
        let answer = try await harness.send(
            .post,
            path,
            headers: headers,
            form: [("_csrf", token), ("do", "off severe")]
        )
        #expect(answer.status == 403 && answer.body.contains("may not change the rules"))
    }

    @Test("where no token is configured the process's own forms are taken, and no others")
    func loopback() async throws {
        let harness = ConsoleHarness()
        let answer = try await harness.send(
            .post,
            "/destinations/secops/pause",
            headers: .ownForm,
            form: [("_csrf", "0"), ("reason", "moving")]
        )
        #expect(answer.status == 403)
    }

    @Test("what cannot be done is said on a page, with the status of the API")
    func refusals() async throws {
        let (harness, headers, token) = try await session(nil)
        let unknown = try await harness.send(
            .post,
            "/destinations/nowhere/resume",
            headers: headers,
            form: [("_csrf", token)]
        )
        #expect(unknown.status == 404 && unknown.body.contains("no such destination"))
        let silent = try await harness.send(
            .post,
            "/destinations/secops/pause",
            headers: headers,
            form: [("_csrf", token), ("reason", "")]
        )
        #expect(silent.status == 400 && silent.body.contains("Say in one line why"))
        let json = try await harness.send(
            .post,
            "/destinations/secops/pause",
            headers: headers.merging([.contentType: "application/json"]),
            form: [("_csrf", token)]
        )
        #expect(json.status == 415)
    }
}

extension HTTPFields {
    fileprivate func merging(_ others: HTTPFields) -> HTTPFields {
        var merged = self
        for field in others { merged[field.name] = field.value }
        return merged
    }
}
