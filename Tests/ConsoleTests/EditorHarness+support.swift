import FoundationEssentials
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Operations
import Routing
import Store

@testable import Console
import Synchronization

/// The console over a rule set, asked by somebody who is signed in.
struct EditorHarness {
    let harness: ConsoleHarness
    private let headers: HTTPFields
    private let token: String

    static let routes = """
        {
          "version": 1,
          "accounts": { "payments": ["111122223333"] },
          "windows": { "nights": { "times": ["20:00-07:00"] } },
          "destinations": {
            "secops": { "type": "slack", "url": { "env": "SECOPS_URL" } },
            "mail": { "type": "webhook", "url": { "env": "MAIL_URL" } }
          },
          "rules": [
            { "name": "sandbox", "when": { "account": "@payments" }, "suppress": "weekly" },
            {
              "name": "high",
              "description": "Not at night.",
              "when": { "severity": "high" },
              "send": ["secops"],
              "mute": [{ "during": ["nights"] }]
            },
            { "name": "rest", "when": {}, "send": ["mail"] }
          ],
          "fallback": { "send": ["mail"] }
        }

        """

    init(_ routes: String = EditorHarness.routes, role: Role? = nil, keeping: RouteKeeping = .store) async throws {
        var state = Example.state
        let text = Array(routes.utf8)
        state.revisions = [
            (RouteRevision(version: 1, hash: "a", author: "file", activatedAt: Example.now - 5_000), text)
        ]
        state.keeping = keeping
        let roles: [String: Role] = role.map { ["token.a": $0] } ?? [:]
        harness = ConsoleHarness(
            roles: FakeRoles(state),
            credentials: Credentials(tokens: [(name: "token.a", secret: "a")], roles: roles),
            rules: routes
        )
        let entry = try await harness.send(.post, "/sign-in", headers: .ownForm, form: [("token", "a")])
        var headers = HTTPFields.ownForm
        headers[.cookie] = entry.cookie
        self.headers = headers
        token = try await harness.send(.get, "/findings", headers: headers).formToken ?? ""
    }

    func get(_ path: String) async throws -> ConsoleHarness.Answer {
        try await harness.send(.get, path, headers: headers)
    }

    /// The form of a page, with what every form carries; the tag is that of now unless one is given.
    func post(_ path: String, _ fields: [(String, String)], tag: String? = nil) async throws -> ConsoleHarness.Answer {
        let tag = if let tag { tag } else { try await self.tag() }
        let all = [("_csrf", token), ("tag", tag)] + fields
        return try await harness.send(.post, path, headers: headers, form: all)
    }

    /// What the pages show.
    func tag() async throws -> String { EditorHarness.field("tag", of: try await get("/rules").body) ?? "" }

    static func field(_ name: String, of body: String) -> String? {
        body.firstRange(of: "name=\"\(name)\" value=\"").map { String(body[$0.upperBound...].prefix { $0 != "\"" }) }
    }

    var draft: RouteDraft? { harness.roles.state.withLock { $0.drafts.first?.draft } }
    var draftText: String? { draft.map { String(decoding: $0.content.text, as: UTF8.self) } }
    var versions: [(revision: RouteRevision, text: [UInt8])] { harness.roles.state.withLock { $0.revisions } }

    /// What a browser would send of the form on the page of a rule.
    func fields(of rule: String, changing change: (inout RuleForm) -> Void) throws -> [(String, String)] {
        let text = draft?.content.text ?? Array(EditorHarness.routes.utf8)
        let set = try RuleSet(text)
        guard let place = set.place(of: rule), let json = set.json(at: place), var form = RuleForm(json) else {
            return []
        }
        change(&form)
        return form.fields.pairs.map { ($0.name, $0.value) }
    }

    /// What a browser would send of the form on the page of a setting.
    func fields<Form: SettingForm>(
        at pointer: String,
        as type: Form.Type,
        changing change: (inout Form) -> Void
    ) throws -> [(String, String)] {
        let text = draft?.content.text ?? versions[0].text
        guard let json = JSONPointer(pointer)?.value(in: try RuleSet(text).root),
            var form = try type.reading(json)?.form as? Form
        else { return [] }
        change(&form)
        return form.fields.pairs.map { ($0.name, $0.value) }
    }
}
