import FoundationEssentials
import HTTPTypes
import Hummingbird
import Routing
import Testing

@testable import HTTPSurface

@Suite("Credentials")
struct CredentialsTests {
    @Test("tokens that are replaced are replaced for everybody who holds them, and never by none")
    func replaced() {
        let credentials = Credentials(tokens: [(name: "token", secret: "old")])
        let copy = credentials
        credentials.replace(with: Credentials(tokens: [(name: "token", secret: "new")]))
        #expect(copy.caller(presenting: [.authorization: "Bearer old"]) == nil)
        #expect(copy.caller(presenting: [.authorization: "Bearer new"])?.name == "token")
        credentials.replace(with: .none)
        #expect(copy.caller(presenting: [:]) == nil)
        #expect(copy.isSame(as: Credentials(tokens: [(name: "token", secret: "new")])))
        #expect(copy.isSame(as: Credentials(tokens: [(name: "next", secret: "new")])) == false)
    }

    private let credentials = Credentials(tokens: [
        (name: "token", secret: "old-one"), (name: "token.next", secret: "n:ew"),
    ])

    @Test(
        "a known token lets the request in under its name, whatever the scheme",
        arguments: [
            (HTTPField.Name.authorization, "Bearer old-one", "token"),
            (.authorization, "bearer   old-one", "token"),
            (.authorization, "BEARER n:ew", "token.next"),
            (.authorization, "Basic " + base64("anyone:old-one"), "token"),
            (.authorization, "basic " + base64(":old-one"), "token"),
            (.authorization, "Basic " + base64("aws:n:ew"), "token.next"),
            (HTTPField.Name(constant: "x-api-key"), "old-one", "token"),
            (HTTPField.Name(constant: "X-Amz-Firehose-Access-Key"), "n:ew", "token.next"),
        ]
    )
    func known(header: HTTPField.Name, value: String, name: String) {
        #expect(credentials.caller(presenting: [header: value])?.name == name)
    }

    @Test(
        "everything else is nobody",
        arguments: [
            HTTPFields(), [.authorization: ""], [.authorization: "Bearer"], [.authorization: "Bearer "],
            [.authorization: "Bearer old-on"], [.authorization: "Bearer old-one2"], [.authorization: "Bearer OLD-ONE"],
            [.authorization: "old-one"], [.authorization: "Digest old-one"], [.authorization: "Basic old-one"],
            [.authorization: "Basic " + base64("old-one")], [.authorization: "Basic " + base64("old-one:")],
            [.authorization: "Basic " + base64("u:p:old-one")], [HTTPField.Name(constant: "X-Api-Key"): ""],
            [HTTPField.Name(constant: "X-Api-Key"): "Bearer old-one"],
            [HTTPField.Name(constant: "X-Other-Key"): "old-one"],
        ]
    )
    func unknown(headers: HTTPFields) {
        #expect(credentials.caller(presenting: headers) == nil)
    }

    @Test("a wrong bearer does not spoil a right API key")
    func several() {
        let headers: HTTPFields = [.authorization: "Bearer wrong", HTTPField.Name(constant: "X-Api-Key"): "old-one"]
        #expect(credentials.caller(presenting: headers)?.name == "token")
    }

    @Test("the API key header can be renamed, and then the usual one no longer counts")
    func renamed() {
        let name = HTTPField.Name(constant: "X-Events-Key")
        let renamed = Credentials(tokens: [(name: "token", secret: "secret")], apiKeyHeader: name)
        #expect(renamed.caller(presenting: [name: "secret"])?.name == "token")
        #expect(renamed.caller(presenting: [HTTPField.Name(constant: "X-Api-Key"): "secret"]) == nil)
    }

    @Test("without a configured token everybody is the machine's own")
    func open() {
        #expect(Credentials.none.caller(presenting: [:]) == .loopback)
        #expect(Credentials.none.caller(presenting: [.authorization: "Bearer anything"]) == .loopback)
    }

    @Test("tokens come from variables, files and systemd credentials, each with a name")
    func configured() throws {
        let directory = try temporaryDirectory()
        defer { remove(directory) }
        let file = directory + "/token-file"
        try Data("from-file\n".utf8).write(to: URL(filePath: file))
        try Data("from-credential".utf8).write(to: URL(filePath: directory + "/noroshi-token-siem"))
        try Data("not-a-token".utf8).write(to: URL(filePath: directory + "/smtp-password"))
        let source = SecretSource(variables: [
            "NOROSHI_TOKEN": "one", "NOROSHI_TOKEN_NEXT": "two", "NOROSHI_TOKEN_TEAM_A_FILE": file,
            "NOROSHI_TOKENS": "other", "NOROSHI_TOKEN_UNUSED": "", "CREDENTIALS_DIRECTORY": directory,
            "NOROSHI_API_KEY_HEADER": "X-Key",
        ])
        let credentials = try Credentials.configured(in: source)
        #expect(credentials.names == ["token", "token.next", "token.team_a", "token.siem"])
        let key = HTTPField.Name(constant: "X-Key")
        for (secret, name) in [
            ("one", "token"), ("two", "token.next"), ("from-file", "token.team_a"), ("from-credential", "token.siem"),
        ] {
            #expect(credentials.caller(presenting: [key: secret])?.name == name)
        }
    }

    @Test("a role is that of the token with its name, from a variable or a credential; without one all is allowed")
    func roles() throws {
        let directory = try temporaryDirectory()
        defer { remove(directory) }
        try Data("from-credential".utf8).write(to: URL(filePath: directory + "/noroshi-token-on-call"))
        let source = SecretSource(variables: [
            "NOROSHI_TOKEN": "one", "NOROSHI_ROLE": "sender", "NOROSHI_TOKEN_SIEM": "two",
            "NOROSHI_ROLE_SIEM": "Viewer",
            "NOROSHI_TOKEN_ALL": "three", "NOROSHI_ROLE_ALL": "", "NOROSHI_ROLE_ON_CALL": "responder",
            "CREDENTIALS_DIRECTORY": directory,
        ])
        let credentials = try Credentials.configured(in: source)
        let allowed = ["one", "two", "three", "from-credential"].map { token in
            Deed.allCases.filter { credentials.caller(token: token)?.may($0) == true }
        }
        #expect(allowed == [[.send], [.read], Deed.allCases, [.read, .respond]])
        #expect(credentials.namesWithoutRole == ["token.all"])
    }

    @Test("whoever holds a role is let in for what it allows, and told otherwise what the role is")
    func roleRefusals() throws {
        let credentials = Credentials(
            tokens: [(name: "token.siem", secret: "s"), (name: "token.edit", secret: "e")],
            roles: ["token.siem": .viewer, "token.edit": .editor]
        )
        func request(_ token: String) -> Request {
            var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
            head.headerFields[.authorization] = "Bearer \(token)"
            return Request(head: head, body: .init(buffer: .init()))
        }
        #expect(try credentials.authenticate(request("s"), for: .read).name == "token.siem")
        #expect(try credentials.authenticate(request("e"), for: .respond).name == "token.edit")
        for (token, deed) in [("s", Deed.respond), ("s", .edit), ("s", .send), ("e", .send)] {
            let problem = #expect(throws: Problem.self) { try credentials.authenticate(request(token), for: deed) }
            #expect(problem?.status == .forbidden)
            #expect(problem?.detail?.contains(token == "s" ? "the role viewer" : "the role editor") == true)
        }
        let stranger = #expect(throws: Problem.self) { try credentials.authenticate(request("x"), for: .read) }
        #expect(stranger?.status == .unauthorized)
    }

    @Test("a token's seal is that of its secret and not the secret's digest, and goes with it")
    func seals() {
        let credentials = Credentials(tokens: [(name: "token", secret: "one"), (name: "token", secret: "two")])
        let seals = credentials.seals(of: "token")
        #expect(seals.count == 2 && seals.allSatisfy { $0.count == 32 })
        #expect(credentials.entries.map(\.digest).contains { seals.contains($0) } == false)
        credentials.replace(with: Credentials(tokens: [(name: "token", secret: "two")]))
        #expect(credentials.seals(of: "token") == [seals[1]])
        #expect(credentials.seals(of: "other").isEmpty)
    }

    @Test("nothing configured is no credential")
    func nothingConfigured() throws {
        #expect(try Credentials.configured(in: SecretSource(variables: ["PATH": "/bin", "NOROSHI_TOKEN": ""])).isEmpty)
    }

    @Test(
        "what cannot be used is refused by name and without its value",
        arguments: [
            ["NOROSHI_TOKEN_FILE": "/nonexistent/token"], ["NOROSHI_TOKEN": "hunter2\nhunter2"],
            ["NOROSHI_TOKEN": " hunter2"], ["NOROSHI_TOKEN": "hunter2 "],
            ["NOROSHI_API_KEY_HEADER": "not a header"], ["CREDENTIALS_DIRECTORY": "/nonexistent"],
            ["NOROSHI_TOKEN": "hunter2", "NOROSHI_ROLE": "admin"],
            ["NOROSHI_TOKEN": "hunter2", "NOROSHI_ROLE_SIEM": "viewer"],
        ]
    )
    func refused(variables: [String: String]) {
        let error = #expect(throws: CredentialsError.self) {
            try Credentials.configured(in: SecretSource(variables: variables))
        }
        let text = error?.description ?? ""
        #expect(text.contains("hunter2") == false)
        #expect(text.contains("NOROSHI_") || text.contains("/nonexistent") || text.contains("CREDENTIALS_DIRECTORY"))
    }

    @Test("no printing shows a token")
    func canary() {
        let credentials = Credentials(tokens: [(name: "token", secret: "canary-5c1e")])
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect("\(credentials)\(dumped)".contains("canary-5c1e") == false)
    }
}

private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

private func temporaryDirectory() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "noroshi-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

private func remove(_ directory: String) {
    // What is left in the temporary directory does no harm.
    try? FileManager.default.removeItem(atPath: directory)
}
