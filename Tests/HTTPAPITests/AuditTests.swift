import Findings
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Operations
import Store
import Synchronization
import Testing

@Suite("What the audit says of what was done over the API")
struct AuditTests {
    /// A request that changes something, and what the audit is to say of it.
    struct Deed: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method
        var template: String
        var path: String
        var body = ""
        var action: String
        var subject: String
        /// Whether there is something to be said of how it was before.
        var hasBefore = true
        var keeping = RouteKeeping.store
        var prepare: @Sendable (FakeRoles) async throws -> Void = { _ in }

        var testDescription: String { "\(method) \(path)" }
        var route: String { "\(method) /api/v1/\(template)" }

        init(
            _ method: HTTPRequest.Method,
            _ template: String,
            _ path: String? = nil,
            _ body: String = "",
            as action: String,
            of subject: String,
            hasBefore: Bool = true,
            keeping: RouteKeeping = .store,
            prepare: @escaping @Sendable (FakeRoles) async throws -> Void = { _ in }
        ) {
            self.method = method
            self.template = template
            self.path = path ?? template
            self.body = body
            self.action = action
            self.subject = subject
            self.hasBefore = hasBefore
            self.keeping = keeping
            self.prepare = prepare
        }
    }

    private static let changed = Example.routes.replacing(">=high", with: "critical")

    @Sendable private static func draft(_ roles: FakeRoles) async throws {
        let content = RouteDraft.Content(base: 1, text: Array(changed.utf8))
        _ = try await roles.createDraft(of: "loopback", content, now: Example.now)
    }

    /// Somebody else's.
    @Sendable private static func other(_ roles: FakeRoles) async throws {
        let content = RouteDraft.Content(base: 1, text: Array(changed.utf8))
        _ = try await roles.createDraft(of: "token.bo", content, now: Example.now)
    }

    /// A second version, published after the draft was begun.
    @Sendable private static func behind(_ roles: FakeRoles) async throws {
        try await draft(roles)
        let text = Example.routes.replacing("\"send\"", with: "\"description\": \"x\", \"send\"")
        _ = try await roles.activate(Array(text.utf8), Activation(author: "bo"), now: Example.now)
    }

    @Sendable private static func session(_ roles: FakeRoles) async throws {
        roles.state.withLock { state in
            state.sessions = [
                SessionRecord(
                    id: [UInt8](repeating: 1, count: 32),
                    token: "loopback",
                    seal: [],
                    createdAt: Example.now,
                    usedAt: Example.now
                )
            ]
        }
    }

    @Sendable private static func aside(_ roles: FakeRoles) async throws {
        roles.state.withLock { state in
            state.setAside = [
                SetAsideEntry(
                    position: 3,
                    receivedAt: Example.now,
                    observations: 2,
                    setAsideAt: Example.now,
                    reason: "malformed"
                )
            ]
        }
    }

    @Sendable private static func shadow(_ roles: FakeRoles) async throws {
        try await draft(roles)
        let start = ShadowStart(author: "api:bo", draft: "d1", base: 1, text: Array(changed.utf8))
        _ = try await roles.startShadow(start, now: Example.now)
    }

    private static let silence = """
        {"when": {"account": "1111*", "severity": "<=high"}, "owner": "Ana", "reason": "being moved",
         "endsAt": "2026-09-22T00:00:00Z"}
        """
    private static let off = #"{"ops": [{"op": "set", "pointer": "/rules/0/enabled", "value": false}]}"#
    private static let publication = #"{"note": "why", "draftETag": "TAG", "acknowledge": {"unmeasured": true}}"#

    static let deeds: [Deed] = [
        Deed(.post, "routes/reload", as: "routes.reload", of: "the rules file"),
        Deed(.post, "quarantine/{id}/retry", "quarantine/2/retry", as: "quarantine.retry", of: "2"),
        Deed(.delete, "quarantine/{id}", "quarantine/3", as: "quarantine.drop", of: "3"),
        Deed(
            .post,
            "set-aside/{position}/retry",
            "set-aside/3/retry",
            as: "set-aside.retry",
            of: "3",
            hasBefore: false,
            prepare: aside
        ),
        Deed(
            .post,
            "deliveries/{id}/retry",
            "deliveries/\(Example.id(2))/retry",
            as: "delivery.retry",
            of: Example.id(2)
        ),
        Deed(.post, "deliveries/redrive", nil, "{}", as: "delivery.redrive", of: "all", hasBefore: false),
        Deed(
            .post,
            "destinations/{name}/pause",
            "destinations/secops/pause",
            #"{"reason": "moving"}"#,
            as: "destination.pause",
            of: "secops"
        ),
        Deed(.post, "destinations/{name}/resume", "destinations/secops/resume", as: "destination.resume", of: "secops"),
        Deed(
            .post,
            "destinations/{name}/test",
            "destinations/secops/test",
            as: "destination.test",
            of: "secops",
            hasBefore: false
        ),
        Deed(.post, "silences", nil, silence, as: "silence.create", of: "s2", hasBefore: false),
        Deed(.put, "silences/{id}", "silences/s1", silence, as: "silence.edit", of: "s1"),
        Deed(.delete, "silences/{id}", "silences/s1", as: "silence.end", of: "s1"),
        Deed(.post, "replays", nil, #"{"version": 1}"#, as: "replay.start", of: "REPLAY", hasBefore: false),
        Deed(.delete, "replays/{id}", "replays/REPLAY", as: "replay.cancel", of: "REPLAY"),
        Deed(.delete, "sessions", as: "session.end", of: "loopback", hasBefore: false, prepare: session),
        Deed(
            .delete,
            "sessions/{id}",
            "sessions/SESSION",
            as: "session.end",
            of: "loopback",
            hasBefore: false,
            prepare: session
        ),
        Deed(.post, "drafts", as: "draft.create", of: "d1", hasBefore: false),
        Deed(.put, "drafts/{id}", "drafts/d1", Example.routes, as: "draft.edit", of: "d1", prepare: draft),
        Deed(.patch, "drafts/{id}", "drafts/d1", off, as: "draft.edit", of: "d1", prepare: draft),
        Deed(.delete, "drafts/{id}", "drafts/d1", as: "draft.discard", of: "d1", prepare: draft),
        Deed(.post, "drafts/{id}/undo", "drafts/d1/undo", as: "draft.undo", of: "d1", prepare: draft),
        Deed(.post, "drafts/{id}/take-over", "drafts/d1/take-over", as: "draft.take-over", of: "d1", prepare: other),
        Deed(
            .post,
            "drafts/{id}/propose",
            "drafts/d1/propose",
            #"{"note": "why"}"#,
            as: "draft.propose",
            of: "d1",
            hasBefore: false,
            keeping: .file,
            prepare: draft
        ),
        Deed(.post, "drafts/{id}/merge", "drafts/d1/merge", as: "draft.merge", of: "d1", prepare: behind),
        Deed(
            .post,
            "drafts/{id}/publish",
            "drafts/d1/publish",
            publication,
            as: "routes.publish",
            of: "v2",
            prepare: draft
        ),
        Deed(.put, "routes", "routes?note=why", changed, as: "routes.publish", of: "v2"),
        Deed(
            .post,
            "routes/versions/{version}/rollback",
            "routes/versions/1/rollback",
            #"{"acknowledge": {"unmeasured": true}}"#,
            as: "routes.publish",
            of: "v3",
            prepare: behind
        ),
        Deed(.put, "shadow", nil, #"{"draft": "d1"}"#, as: "shadow.start", of: "d1", hasBefore: false, prepare: draft),
        Deed(.delete, "shadow", as: "shadow.stop", of: "d1", prepare: shadow),
    ]

    /// What only asks, although it is posted.
    private static let questions: Set<String> = [
        "POST /api/v1/explain", "POST /api/v1/destinations/{name}/preview", "POST /api/v1/drafts/{id}/preview",
    ]

    @Test("every route that changes something is among them")
    func complete() throws {
        let routes = try Example.router(FakeRoles(Example.state)).routes
            .filter { [.get, .head].contains($0.method) == false }
            .map { "\($0.method) /\($0.path.description.split(separator: "/").joined(separator: "/"))" }
        #expect(Set(routes) == Set(Self.deeds.map(\.route)).union(Self.questions))
    }

    /// A past that nobody has read to its end.
    private struct Endless: History {
        func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
            -> [ObservedFinding]
        {
            let (stream, end) = AsyncStream.makeStream(of: Void.self)
            defer { end.finish() }
            for await _ in stream {}
            throw CancellationError()
        }

        func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] { [] }
        var metered: any History { self }
        func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] { [] }
    }

    @Test("whatever is done is in the audit: by whom, what, how it was before and how it is now", arguments: deeds)
    func noted(deed: Deed) async throws {
        let roles = try Example.roles()
        roles.state.withLock { $0.keeping = deed.keeping }
        try await deed.prepare(roles)
        let isCancelled = deed.action == "replay.cancel"
        let operations = try Example.operations(roles, history: isCancelled ? Endless() : nil)
        try await Example.app(operations).test(.router) { client in
            func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> TestResponse {
                try await client.execute(
                    uri: "/api/v1/\(path)",
                    method: method,
                    headers: [.contentType: "application/json", .ifMatch: "*"],
                    body: ByteBuffer(string: body)
                )
            }
            var (path, body) = (deed.path, deed.body)
            if isCancelled {
                let started = try JSONDocument.parse(
                    String(buffer: try await send(.post, "replays", #"{"version": 1}"#).body)
                )
                path = path.replacing("REPLAY", with: try #require(started["id"]?.string))
            }
            if path.contains("SESSION") {
                let id = try await operations.sessions.list { _ in true }.first?.handle
                path = path.replacing("SESSION", with: try #require(id))
            }
            if body.contains("TAG") {
                let tag = try await send(.get, "drafts/d1").headers[.eTag]
                body = body.replacing("\"TAG\"", with: JSONValue.string(try #require(tag)).text)
            }
            let noted = roles.state.withLock { $0.audit.count }
            let response = try await send(deed.method, path, body)
            #expect((200..<300).contains(response.status.code), "\(String(buffer: response.body))")
            let entries = roles.state.withLock { $0.audit.dropFirst(noted).map(\.entry) }
            #expect(entries.count == 1)
            let entry = try #require(entries.first)
            #expect(entry.actor == "api:loopback" && entry.action == deed.action)
            #expect(deed.subject == "REPLAY" ? entry.subject.hasPrefix("r") : entry.subject == deed.subject)
            #expect((entry.before?.isEmpty == false) == deed.hasBefore, "\(entry.before ?? "nothing")")
            #expect(entry.after?.isEmpty == false && entry.requestID?.isEmpty == false)
        }
    }
}
