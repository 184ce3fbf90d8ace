import Foundation
import NoroshiTestSupport
import Routing
import Testing

@testable import AWSRequests

@Suite("Where credentials come from")
struct CredentialChainTests {
    private static let files = [
        "/h/.aws/config": """
        # what follows is read by hand
        [default]
        region = eu-west-1
        s3 =
            max_concurrent_requests = 3
            aws_access_key_id = NESTED

        [profile hop]
        ROLE_ARN = arn:aws:iam::111122223333:role/hop   ; a comment
        source_profile = base
        external_id = e#1
        duration_seconds = 7200
        role_session_name = audit

        [profile twice]
        role_arn = arn:aws:iam::111122223333:role/twice
        source_profile = hop
        duration_seconds = 7200

        [profile self]
        role_arn = arn:aws:iam::111122223333:role/self
        source_profile = self
        aws_access_key_id = SELF
        aws_secret_access_key = secret

        [profile a]
        role_arn = arn:aws:iam::111122223333:role/a
        source_profile = b

        [profile b]
        role_arn = arn:aws:iam::111122223333:role/b
        source_profile = a

        [profile instance]
        role_arn = arn:aws:iam::111122223333:role/i
        credential_source = Ec2InstanceMetadata

        [profile container]
        role_arn = arn:aws:iam::111122223333:role/c
        credential_source = EcsContainer

        [profile env]
        role_arn = arn:aws:iam::111122223333:role/e
        credential_source = Environment

        [profile token]
        role_arn = arn:aws:iam::111122223333:role/t
        web_identity_token_file = /token

        [profile mfa]
        role_arn = arn:aws:iam::111122223333:role/m
        mfa_serial = arn:aws:iam::111122223333:mfa/me
        source_profile = base

        [profile process]
        credential_process = /bin/keys

        [profile sso]
        sso_session = corp

        [profile alone]
        role_arn = arn:aws:iam::111122223333:role/x

        [profile lost]
        role_arn = arn:aws:iam::111122223333:role/x
        source_profile = nobody

        [profile both]
        aws_access_key_id = CONFIG
        aws_secret_access_key = config

        [profile plain]
        region = eu-west-1
        """,
        "/h/.aws/credentials": """
        [base]
        aws_access_key_id = BASE
        aws_secret_access_key = base/secret+=
        aws_session_token=tok=en

        [both]
        aws_access_key_id = CREDENTIALS
        aws_secret_access_key = credentials

        [half]
        aws_access_key_id = HALF
        """,
    ]

    private func chain(_ variables: [String: String]) -> CredentialChain {
        CredentialChain(
            variables: variables.merging(["HOME": "/h"]) { given, _ in given },
            sessionName: "noroshi-test",
            read: { Self.files[$0] }
        )
    }

    private func id(_ source: CredentialSource) -> String? {
        if case .keys(let credentials, _) = source { credentials.accessKeyID } else { nil }
    }

    private func refusal(_ variables: [String: String]) -> String? {
        do throws(CredentialError) {
            _ = try chain(variables).source()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("keys in the environment go before everything")
    func environment() throws {
        let source = try chain([
            "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t", "AWS_PROFILE": "base",
        ]).source()
        #expect(id(source) == "ENV")
        guard case .keys(let credentials, _) = source else { return }
        #expect(credentials.sessionToken == Secret("t"))
    }

    @Test("a profile's keys are read, those of the credentials file first")
    func keys() throws {
        let source = try chain(["AWS_PROFILE": "base"]).source()
        guard case .keys(let credentials, _) = source else {
            Issue.record("\(source)")
            return
        }
        #expect(credentials.accessKeyID == "BASE")
        #expect(credentials.secretKey == Secret("base/secret+="))
        #expect(credentials.sessionToken == Secret("tok=en"))
        #expect(try id(chain(["AWS_PROFILE": "both"]).source()) == "CREDENTIALS")
    }

    @Test("a profile's role is taken on with another profile's credentials, and lasts as long as it says")
    func role() throws {
        guard case .role(let role, let base) = try chain(["AWS_PROFILE": "hop"]).source() else {
            Issue.record("no role")
            return
        }
        #expect(
            role
                == AssumedRole(
                    arn: "arn:aws:iam::111122223333:role/hop",
                    externalID: "e#1",
                    sessionName: "audit",
                    duration: 7_200
                )
        )
        #expect(id(base) == "BASE")
    }

    @Test("a role that is taken on by a role lasts an hour")
    func chained() throws {
        guard case .role(let role, .role) = try chain(["AWS_PROFILE": "twice"]).source() else {
            Issue.record("no role of a role")
            return
        }
        #expect(role.duration == 3_600)
        #expect(role.sessionName == "noroshi-test")
    }

    @Test("a profile may be its own source when it has keys")
    func itself() throws {
        guard case .role(_, let base) = try chain(["AWS_PROFILE": "self"]).source() else {
            Issue.record("no role")
            return
        }
        #expect(id(base) == "SELF")
    }

    @Test("credential_source says with whose credentials a role is taken on")
    func named() throws {
        guard case .role(_, .instanceMetadata) = try chain(["AWS_PROFILE": "instance"]).source() else {
            Issue.record("not the instance's")
            return
        }
        let uri = ["AWS_PROFILE": "container", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"]
        guard case .role(_, .container(let container)) = try chain(uri).source() else {
            Issue.record("not the container's")
            return
        }
        #expect(container.url == "http://169.254.170.2/v2/x")
    }

    @Test("a profile's web identity is one")
    func profileToken() throws {
        guard case .webIdentity(let identity) = try chain(["AWS_PROFILE": "token"]).source() else {
            Issue.record("no web identity")
            return
        }
        #expect(identity.tokenFile == "/token")
    }

    @Test("a default profile that only names a Region is passed over, and what follows is asked in order")
    func order() throws {
        let all = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/w",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/pod",
        ]
        guard case .webIdentity(let identity) = try chain(all).source() else {
            Issue.record("no web identity")
            return
        }
        #expect(identity.sessionName == "noroshi-test")
        let pod = all.filter { $0.key.contains("CONTAINER") }
        guard case .container(let container) = try chain(pod).source() else {
            Issue.record("no container")
            return
        }
        #expect(container.authorization == .file("/pod"))
        let relative = pod.merging(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/r"]) { $1 }
        guard case .container(let ecs) = try chain(relative).source() else {
            Issue.record("no container")
            return
        }
        #expect(ecs.url == "http://169.254.170.2/r")
        #expect(try chain([:]).source() == .instanceMetadata(endpoint: "http://169.254.169.254"))
        #expect(
            try chain(["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"]).source()
                == .instanceMetadata(endpoint: "http://[fd00:ec2::254]")
        )
    }

    @Test(
        "what is configured and wrong is an error, and nothing else is asked in its place",
        arguments: [
            (["AWS_ACCESS_KEY_ID": "x"], "AWS_SECRET_ACCESS_KEY is missing"),
            (["AWS_SECRET_ACCESS_KEY": "x"], "AWS_ACCESS_KEY_ID is missing"),
            (["AWS_PROFILE": "base", "HOME": ""], "HOME is not set"),
            (["AWS_PROFILE": "none"], "it stands neither in /h/.aws/config nor in"),
            (["AWS_PROFILE": "plain"], "neither keys nor a role"),
            (["AWS_PROFILE": "half"], "aws_secret_access_key is missing"),
            (["AWS_PROFILE": "a"], "leads back to itself"),
            (["AWS_PROFILE": "mfa"], "mfa_serial"),
            (["AWS_PROFILE": "process"], "credential_process"),
            (["AWS_PROFILE": "sso"], "sso_session"),
            (["AWS_PROFILE": "alone"], "source_profile or credential_source"),
            (["AWS_PROFILE": "lost"], "the profile lost names it"),
            (["AWS_PROFILE": "container"], "this is not such a container"),
            (["AWS_PROFILE": "env"], "the environment has no keys"),
            (["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"], "AWS_ROLE_ARN"),
            (["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@evil.example"], "does not begin with /"),
            (["AWS_EC2_METADATA_DISABLED": "True"], "forbids to ask the instance"),
        ]
    )
    func refused(variables: [String: String], words: String) {
        let said = refusal(variables)
        #expect(said?.contains(words) == true, "\(said ?? "nothing")")
    }

    @Test("half a pair of the default profile is an error, and not passed over", arguments: ["access", "secret"])
    func half(which: String) {
        let key = which == "access" ? "aws_access_key_id" : "aws_secret_access_key"
        let missing = which == "access" ? "aws_secret_access_key" : "aws_access_key_id"
        let chain = CredentialChain(
            variables: ["HOME": "/h"],
            sessionName: "noroshi-test",
            read: { $0 == "/h/.aws/credentials" ? "[default]\n\(key) = HALF\n" : nil }
        )
        #expect(throws: CredentialError("the profile default", "\(missing) is missing beside the other one")) {
            try chain.source()
        }
    }

    @Test(
        "a shared file that a variable names and that is missing is an error with its path",
        arguments: ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]
    )
    func missing(variable: String) {
        let said = refusal([variable: "/not/there"])
        #expect(said == "the file /not/there: \(variable) names it, and it does not exist")
    }

    @Test("a variable that names /dev/null says that there is no such file")
    func nothing() throws {
        let chain = CredentialChain(
            variables: ["AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"],
            sessionName: "noroshi-test"
        )
        #expect(try chain.source() == .instanceMetadata(endpoint: "http://169.254.169.254"))
    }

    @Test(
        "a file that is there and cannot be read is an error with its path, and not as if it were not there",
        arguments: ["directory", "long", "latin", "loop"]
    )
    func unreadable(what: String) throws {
        let files = FileManager.default
        let home = files.temporaryDirectory.appending(path: "noroshi-home-\(UUID().uuidString)")
        let path = home.appending(path: ".aws/credentials")
        try files.createDirectory(at: home.appending(path: ".aws"), withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try files.removeItem(at: home) } }
        let chain = CredentialChain(variables: ["HOME": home.path], sessionName: "noroshi-test")
        #expect(try chain.source() == .instanceMetadata(endpoint: "http://169.254.169.254"))
        switch what {
        case "directory": try files.createDirectory(at: path, withIntermediateDirectories: false)
        case "long": try Data(repeating: 0x20, count: (1 << 20) + 1).write(to: path)
        case "latin": try Data([0x5B, 0xE9, 0x5D]).write(to: path)
        default: try files.createSymbolicLink(atPath: path.path, withDestinationPath: path.path)
        }
        do throws(CredentialError) {
            Issue.record("it was passed over: \(try chain.source())")
        } catch {
            #expect(error.origin == "the file \(path.path)")
        }
    }

    @Test("no error and no description holds a secret")
    func secrets() throws {
        let source = try chain(["AWS_PROFILE": "base"]).source()
        var dumped = ""
        dump(source, to: &dumped)
        for text in ["\(source)", dumped] {
            #expect(text.contains("base/secret") == false)
            #expect(text.contains("tok=en") == false)
            #expect(text.contains("BASE") == false)
        }
    }

    @Test(
        "a session's name holds what STS allows, and no more of it",
        arguments: [
            ("web-1.example.com", "noroshi-web-1.example.com"), ("h öst_1", "noroshi-hst_1"),
            (String(repeating: "x", count: 90), "noroshi-" + String(repeating: "x", count: 56)),
        ]
    )
    func session(host: String, name: String) { #expect(AssumedRole.sessionName(host: host) == name) }
}
