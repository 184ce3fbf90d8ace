import FoundationEssentials
import HTTPTypes
import Logging
import Routing
import Testing

@testable import HTTPSurface

@Suite("Signing in by a proxy in front")
struct ProxySignInTests {
    private static let proxied: HTTPFields = ["X-Forwarded-User": "ana"].fields

    private func proxy(
        _ words: ProxySignIn.Words = .init(
            userHeader: "X-Forwarded-User",
            proxies: ["10.0.0.0/24, 127.0.0.1", "fd00::/8"]
        ),
        _ variables: [String: String] = [:]
    ) throws -> ProxySignIn {
        try #require(try ProxySignIn.configured(words, in: SecretSource(variables: variables)))
    }

    private func caller(_ proxy: ProxySignIn, _ headers: HTTPFields, from peer: String? = "10.0.0.9") throws(Problem)
        -> Caller?
    {
        try proxy.caller(headers, peer: peer, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(
        "a proxy is known by the address at the other end of the connection",
        arguments: [
            ("10.0.0.9", true), ("10.0.1.9", false), ("127.0.0.1", true), ("127.0.0.2", false),
            ("::ffff:10.0.0.9", true),
            ("::ffff:10.0.1.9", false), ("fd12::1", true), ("::1", false), ("", false), (nil, false),
        ] as [(String?, Bool)]
    )
    func peer(address: String?, isProxy: Bool) throws {
        let proxy = try proxy()
        if isProxy {
            #expect(try caller(proxy, Self.proxied, from: address) == Caller(name: "ana@proxy", role: .viewer))
        } else {
            let refusal = try #require(throws: Problem.self) { try caller(proxy, Self.proxied, from: address) }
            #expect(refusal.status == .unauthorized)
        }
        #expect(try caller(proxy, [:], from: address) == nil)
    }

    @Test(
        "a name that stands there twice, or as other servers would read it, names nobody",
        arguments: [
            [("X-Forwarded-User", "ana"), ("X-Forwarded-User", "bo")],
            [("X-Forwarded-User", "ana"), ("x-forwarded-user", "ana")],
            [("X-Forwarded-User", "ana"), ("X_Forwarded_User", "bo")], [("X_Forwarded-User", "bo")],
        ]
    )
    func ambiguous(pairs: [(String, String)]) throws {
        var headers = HTTPFields()
        for (name, value) in pairs { headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        for peer in ["10.0.0.9", "192.0.2.1"] {
            let refusal = try #require(throws: Problem.self) { try caller(try proxy(), headers, from: peer) }
            #expect(refusal.status == .badRequest)
        }
    }

    @Test(
        "a user is one line of visible text",
        arguments: [
            ("ana@example.com", true), ("Ana María", true), ("安奈", true), ("ana, bo", false), ("ana\u{202E}", false),
            ("a\u{200B}na", false), (String(repeating: "a", count: 201), false),
        ]
    )
    func names(name: String, isGood: Bool) throws {
        let headers = ["X-Forwarded-User": name].fields
        if isGood {
            #expect(try caller(try proxy(), headers)?.name == "\(name)@proxy")
        } else {
            let refusal = try #require(throws: Problem.self) { try caller(try proxy(), headers) }
            #expect(refusal.status == .badRequest)
        }
    }

    @Test("a proxy that asked nobody names nobody")
    func empty() throws {
        #expect(try caller(try proxy(), ["X-Forwarded-User": ""].fields) == nil)
    }

    @Test(
        "a role is that of the user, else the highest of their groups, else they look only",
        arguments: [
            ("ana", "", Role.viewer), ("ana", "ops", .responder), ("ana", "ops, leads", .editor),
            ("ana", "none", .viewer),
            ("bo", "", .editor), ("cy", "leads", .viewer), ("ana", "team-red", .editor), ("ana", "/kc/ops", .responder),
            // Letters that only look or fold like others are others.
            ("ana", "secops", .editor), ("ana", "ſecops", .viewer),
        ]
    )
    func roles(user: String, groups: String, role: Role) throws {
        let proxy = try proxy(
            .init(
                userHeader: "X-User",
                groupsHeader: "X-Groups",
                proxies: ["10.0.0.9"],
                roles: [
                    "user:bo=editor,user:cy=viewer", "group:ops=responder", "group:leads=Editor",
                    "group:/kc/ops=responder",
                ]
            ),
            ["NOROSHI_ROLE_GROUP_TEAM_RED": "editor", "NOROSHI_ROLE_GROUP_SECOPS": "editor"]
        )
        #expect(try caller(proxy, ["X-User": user, "X-Groups": groups].fields)?.role == role)
    }

    @Test(
        "where the proxy has a token, an address alone is not believed",
        arguments: ["s3cret", "s3cre", "", nil] as [String?]
    )
    func token(presented: String?) throws {
        let proxy = try proxy(.init(userHeader: "X-User", proxies: ["10.0.0.9"]), ["NOROSHI_PROXY_TOKEN": "s3cret"])
        var headers = ["X-User": "ana"].fields
        if let presented { headers[.proxyToken] = presented }
        if presented == "s3cret" {
            #expect(try caller(proxy, headers)?.name == "ana@proxy")
        } else {
            let refusal = try #require(throws: Problem.self) { try caller(proxy, headers) }
            #expect(refusal.status == .unauthorized)
        }
    }

    @Test(
        "what is missing or mistaken is said before the service starts",
        arguments: [
            (["u": "X-User"], "give them with --proxy"), (["p": "10.0.0.1"], "give it with --user-header"),
            (["u": "X-User", "p": "10.0.0.300"], "--proxy '10.0.0.300' is not an address"),
            (["u": "X User", "p": "10.0.0.1"], "--user-header is not the name of a header"),
            (["u": "Authorization", "p": "10.0.0.1"], "--user-header is not the name of a header"),
            (["u": "X-User", "p": "10.0.0.1", "r": "ana=editor"], "gives nobody a role"),
            (["u": "X-User", "p": "10.0.0.1", "r": "user:ana=root"], "is not a role of people"),
            (["u": "X-User", "p": "10.0.0.1", "r": "user:ana=sender"], "is not a role of people"),
            (["u": "X-User", "p": "10.0.0.1", "r": "group:ops=editor"], "give it with --groups-header"),
            (["u": "X-User", "p": "10.0.0.1", "t": "X-Secret"], "NOROSHI_PROXY_TOKEN"),
            (["NOROSHI_PROXY_TOKEN": "x"], "give it with --user-header"),
            (["NOROSHI_ROLE_GROUP_OPS": "editor"], "give it with --user-header"),
            (["u": "X-User", "p": "10.0.0.1", "NOROSHI_PROXY_TOKEN_FILE": "/nowhere/at/all"], "cannot be read"),
        ]
    )
    func mistakes(given: [String: String], words: String) throws {
        let source = SecretSource(variables: given.filter { $0.key.hasPrefix("NOROSHI") })
        let error = try #require(throws: ProxySignInError.self) {
            try ProxySignIn.configured(
                .init(
                    userHeader: given["u"],
                    groupsHeader: given["g"],
                    proxies: given["p"].map { [$0] } ?? [],
                    tokenHeader: given["t"],
                    roles: given["r"].map { [$0] } ?? []
                ),
                in: source
            )
        }
        #expect(error.description.contains(words), "\(error)")
    }

    @Test("variables say the same as the command line, which goes before them")
    func variables() throws {
        #expect(try ProxySignIn.configured(.init(), in: SecretSource(variables: ["NOROSHI_PROXY": ""])) == nil)
        let variables = [
            "NOROSHI_USER_HEADER": "X-User", "NOROSHI_PROXY": "10.0.0.9,10.0.0.8", "NOROSHI_GROUPS_HEADER": "X-Groups",
            "NOROSHI_PROXY_ROLES": "group:ops=editor", "NOROSHI_PROXY_TOKEN_HEADER": "X-Own",
            "NOROSHI_PROXY_TOKEN": "t",
        ]
        let headers = ["X-User": "ana", "X-Groups": "ops", "X-Own": "t"].fields
        let proxy = try proxy(.init(), variables)
        #expect(try caller(proxy, headers) == Caller(name: "ana@proxy", role: .editor))
        let other = try self.proxy(.init(userHeader: "X-Other"), variables)
        #expect(try caller(other, headers) == nil)
    }

    @Test("a group's role is no token's, unless there is a token of that name")
    func groupRoleBesideTokens() throws {
        let variables = ["NOROSHI_TOKEN": "t", "NOROSHI_ROLE_GROUP_OPS": "viewer"]
        #expect(try Credentials.configured(in: SecretSource(variables: variables)).names == ["token"])
        let named = variables.merging(["NOROSHI_TOKEN_GROUP_OPS": "g"]) { $1 }
        let credentials = try Credentials.configured(in: SecretSource(variables: named))
        #expect(credentials.caller(named: "token.group_ops")?.role == .viewer)
        #expect(try ProxySignIn.configured(.init(), in: SecretSource(variables: named)) == nil)
    }

    @Test("a proxy beside a door that stands open is refused")
    func openDoor() throws {
        let proxy = try proxy()
        #expect(throws: ProxySignInError.self) { try proxy.require(.none) }
        try proxy.require(Credentials(tokens: [(name: "token", secret: "t")]))
    }
}

extension HTTPField.Name {
    fileprivate static let proxyToken = HTTPField.Name(constant: "X-Noroshi-Proxy-Token")
}

extension [String: String] {
    fileprivate var fields: HTTPFields {
        var fields = HTTPFields()
        for (name, value) in self {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        return fields
    }
}
