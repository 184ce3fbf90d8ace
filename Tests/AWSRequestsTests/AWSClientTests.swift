import AWSRequests
import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Routing
import Synchronization
import Testing

@Suite("Requests to AWS")
struct AWSClientTests {
    private static let receive = AWSClient.Call(
        target: "AmazonSQS.ReceiveMessage",
        contentType: "application/x-amz-json-1.0",
        body: Array(
            #"{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/q","MaxNumberOfMessages":1}"#.utf8
        )
    )

    private func client(
        _ aws: FakeAWS,
        _ variables: [String: String] = FakeAWS.keys,
        role: String? = nil,
        externalID: String? = nil,
        clock: ClockOffset = ClockOffset()
    ) throws -> AWSClient {
        let environment = aws.environment.merging(variables) { $1 }
        let access = AWSAccess(http: HTTPClient(), variables: environment, clock: clock)
        return try access.client(
            of: "sqs",
            host: "sqs.eu-west-1.amazonaws.com",
            endpoint: nil,
            region: "eu-west-1",
            identity: access.identity(region: "eu-west-1", role: role, externalID: externalID)
        )
    }

    private func fault(_ client: AWSClient, _ call: AWSClient.Call = receive) async -> AWSFault? {
        do throws(AWSFault) {
            _ = try await client.send(call)
            return nil
        } catch {
            return error
        }
    }

    private func count(_ state: JSON, _ operation: String) -> Int {
        (state["calls"]?.elements ?? []).count { $0.elements[0].string == operation }
    }

    private static func file(_ text: String) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "noroshi-aws-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        return file
    }

    @Test("a signed request is answered, and one with a wrong key is not, without a secret in what is said")
    func signature() async throws {
        let aws = try await FakeAWS()
        #expect(String(decoding: try await client(aws).send(Self.receive), as: UTF8.self) == "{}")
        let wrong = ["AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "other"]
        let refused = try #require(await fault(client(aws, wrong)))
        #expect(refused.kind == .denied)
        #expect("\(refused)".contains("test/secret") == false)
        #expect(try await aws.state()["problems"]?.elements.map(\.text) == [])
    }

    @Test(
        "an error is told by its word and not by its status",
        arguments: [
            (400, #"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"x"}"#, AWSFault.Kind.throttled),
            (400, #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"x"}"#, .missing),
            (400, #"{"__type":"com.amazonaws.sqs#OverLimit","message":"x"}"#, .overLimit),
            (403, #"{"__type":"AccessDeniedException:http://internal","Message":"x"}"#, .denied),
            (400, #"{"__type":"com.amazon.coral.service#KmsDisabled"}"#, .denied),
            (400, #"{"__type":"com.amazonaws.sqs#ReceiptHandleIsInvalid"}"#, .staleReceipt),
            (
                400,
                #"{"__type":"com.amazonaws.sqs#InvalidParameterValue","message":"The receipt handle has expired"}"#,
                .staleReceipt
            ),
            (400, #"{"__type":"com.amazonaws.sqs#InvalidParameterValue","message":"x"}"#, .refused),
            (500, "<html>", .unreachable), (503, "", .unreachable), (429, "", .throttled), (404, "<html>", .refused),
            (
                403,
                "<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>a &lt;b&gt;</Message></Error></Errors></ErrorResponse>",
                .denied
            ),
        ]
    )
    func words(status: Int, body: String, kind: AWSFault.Kind) async throws {
        let aws = try await FakeAWS()
        try await aws.control(
            JSONValue.object([
                .init(
                    "script",
                    ["ReceiveMessage": .array([.array([.integer(status), .string(body)])])]
                )
            ]).text
        )
        let fault = await fault(try client(aws))
        #expect(fault?.kind == kind, "\(fault.map(String.init(describing:)) ?? "no fault")")
    }

    @Test(
        "a clock that is ten minutes off is noticed once, and then requests are signed by AWS's",
        arguments: [600, -600]
    )
    func skew(seconds: Int) async throws {
        let aws = try await FakeAWS()
        try await aws.control(#"{"skew": \#(seconds)}"#)
        let clock = ClockOffset()
        let client = try client(aws, clock: clock)
        for _ in 0..<3 { #expect(await fault(client) == nil) }
        #expect(try await count(aws.state(), "ReceiveMessage") == 4)
        #expect(abs(clock.offset - Double(seconds)) < 5)
    }

    @Test("whoever is refused for a clock that somebody else has corrected meanwhile signs again")
    func skewForTwo() async throws {
        let aws = try await FakeAWS()
        let turn = Turn()
        let clock = ClockOffset {
            // The clock is asked for each signature and validity, and then when an answer corrects it.
            turn.next()
            return Date()
        }
        let client = try client(aws, clock: clock)
        #expect(await fault(client) == nil)
        let asked = turn.count
        #expect(await fault(client) == nil)
        let each = turn.count - asked
        try await aws.control(#"{"skew": 600}"#)
        turn.run(at: turn.count + each + 1) { _ = clock.correct(by: Date().addingTimeInterval(600)) }
        #expect(await fault(client) == nil)
        // The third was refused first.
        #expect(try await count(aws.state(), "ReceiveMessage") == 4)
    }

    /// Does something at a certain one of many calls.
    private final class Turn: Sendable {
        private struct State {
            var count = 0
            var place = 0
            var action: @Sendable () -> Void = {}
        }

        private let state = Mutex(State())

        var count: Int { state.withLock(\.count) }

        func run(at place: Int, _ action: @escaping @Sendable () -> Void) {
            state.withLock { state in
                state.place = place
                state.action = action
            }
        }

        func next() {
            let action = state.withLock { state in
                state.count += 1
                return state.count == state.place ? state.action : {}
            }
            action()
        }
    }

    @Test("an answer that does not come in time is told from a host that is not there")
    func timedOut() async throws {
        let aws = try await FakeAWS()
        try await aws.control(#"{"script": {"ReceiveMessage": [["hang", ""]]}}"#)
        var call = Self.receive
        call.timeout = .milliseconds(200)
        #expect(await fault(try client(aws), call)?.kind == .timedOut)
    }

    @Test("an answer that is too long is told as that, whatever its status says")
    func cutOff() async throws {
        let aws = try await FakeAWS()
        try await aws.control(
            #"{"script": {"ReceiveMessage": [[200, "\#(String(repeating: "x", count: 5_000))"]]}}"#
        )
        var call = Self.receive
        call.replyLimit = 4_096
        #expect(await fault(try client(aws), call)?.kind == .cutOff)
    }

    @Test("a connection that breaks, and a host that is not there, are out of reach")
    func unreachable() async throws {
        let aws = try await FakeAWS()
        try await aws.control(#"{"script": {"ReceiveMessage": [["reset", ""]]}}"#)
        #expect(await fault(try client(aws))?.kind == .unreachable)
        let nowhere = try client(aws, FakeAWS.keys.merging(["AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1"]) { $1 })
        #expect(await fault(nowhere)?.kind == .unreachable)
    }

    @Test("a role is taken on with the external id, once for all requests; a wrong id is told with the role")
    func role() async throws {
        let aws = try await FakeAWS()
        try await aws.control(#"{"external": "ext:1/2"}"#)
        let arn = "arn:aws:iam::111122223333:role/reads"
        let client = try client(aws, role: arn, externalID: "ext:1/2")
        for _ in 0..<3 { #expect(await fault(client) == nil) }
        #expect(try await count(aws.state(), "AssumeRole") == 1)
        let refused = try #require(await fault(try self.client(aws, role: arn)))
        #expect(refused.kind == .noCredentials)
        #expect("\(refused)".contains(arn))
        #expect("\(refused)".contains("external id"))
    }

    @Test("credentials that a service takes no longer are fetched anew once")
    func expired() async throws {
        let aws = try await FakeAWS()
        let client = try client(aws, role: "arn:aws:iam::111122223333:role/reads")
        #expect(await fault(client) == nil)
        let word = #"[403, {"__type": "com.amazonaws.sqs#ExpiredTokenException", "message": "x"}]"#
        try await aws.control(#"{"script": {"ReceiveMessage": [\#(word)]}}"#)
        #expect(await fault(client) == nil)
        #expect(try await count(aws.state(), "AssumeRole") == 2)
        try await aws.control(#"{"script": {"ReceiveMessage": [\#(word), \#(word)]}}"#)
        #expect(await fault(client)?.kind == .expired)
    }

    @Test("a web identity's token file is read at each refresh, without the line break behind it, and not signed")
    func webIdentity() async throws {
        let aws = try await FakeAWS()
        let file = try Self.file("token-1\n")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        let variables = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": file.path, "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/web",
        ]
        try await aws.control(#"{"token": "token-1", "life": 2}"#)
        let client = try client(aws, variables)
        #expect(await fault(client) == nil)
        try Data("token-2\n".utf8).write(to: file)
        try await aws.control(#"{"token": "token-2"}"#)
        // The credentials of the first token end after two seconds by the fake's clock, which then stands further on.
        try await aws.control(#"{"skew": 10}"#)
        #expect(await fault(client) == nil)
        let state = try await aws.state()
        #expect(state["tokens"]?.elements.compactMap(\.string).suffix(1) == ["token-2"])
        #expect(state["problems"]?.elements.map(\.text) == [])
    }

    @Test("a container's token file is read at each refresh, and sent as it is")
    func container() async throws {
        let aws = try await FakeAWS()
        let file = try Self.file("Pod token 1")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        let variables = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(aws.url)/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.path,
        ]
        try await aws.control(#"{"token": "Pod token 1"}"#)
        let client = try client(aws, variables)
        #expect(await fault(client) == nil)
        try Data("Pod token 2".utf8).write(to: file)
        try await aws.control(#"{"token": "Pod token 2"}"#)
        let word = #"[403, {"__type": "com.amazonaws.sqs#ExpiredTokenException", "message": "x"}]"#
        try await aws.control(#"{"script": {"ReceiveMessage": [\#(word)]}}"#)
        #expect(await fault(client) == nil)
        #expect(try await aws.state()["tokens"]?.elements.compactMap(\.string) == ["Pod token 1", "Pod token 2"])
        try Data("two\r\nlines".utf8).write(to: file)
        try await aws.control(#"{"script": {"ReceiveMessage": [\#(word)]}}"#)
        #expect(await fault(client)?.kind == .noCredentials)
    }

    @Test(
        "a container's credentials are fetched without TLS from this machine and the known addresses only",
        arguments: [
            "http://169.254.169.254/x", "http://example.com/x", "http://10.0.0.1/x",
            "http://127.example.com/x", "http://127.0.0.1.example.com/x", "file:///etc/passwd",
        ]
    )
    func containerAddress(url: String) async throws {
        let aws = try await FakeAWS()
        let fault = await fault(try client(aws, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]))
        #expect(fault?.kind == .noCredentials)
        #expect(fault?.detail.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI") == true)
    }

    @Test("an instance's role is asked for with a session, and never without one")
    func instance() async throws {
        let aws = try await FakeAWS()
        #expect(await fault(try client(aws, [:])) == nil)
        #expect(
            try await aws.state()["calls"]?.elements.prefix(3).compactMap { $0.elements[0].string }
                == ["token", "roles", "node-role"]
        )
        try await aws.control(#"{"norole": true}"#)
        #expect(await fault(try client(aws, [:]))?.detail.contains("no role") == true)
        try await aws.control(#"{"down": ["imds"], "calls": []}"#)
        #expect(await fault(try client(aws, [:]))?.kind == .noCredentials)
        // Nothing but the request for a session was tried.
        #expect(try await aws.state()["calls"]?.elements.allSatisfy { $0.elements[0].string == "token" } == true)
    }

    @Test("the identity is said, and its XML is read")
    func identity() async throws {
        let aws = try await FakeAWS()
        let access = AWSAccess(http: HTTPClient(), variables: aws.environment.merging(FakeAWS.keys) { $1 })
        let identity = try access.identity(region: "eu-west-1", role: nil, externalID: nil)
        let found = try await access.tokens(region: "eu-west-1").callerIdentity(of: identity)
        #expect(found.account == "111122223333")
        #expect(found.arn == "arn:aws:sts::111122223333:assumed-role/a&b/c")
    }

    @Test(
        "STS is asked in the Region of the process, if that is in the queue's partition",
        arguments: [
            ("eu-west-1", "us-east-1", "eu-west-1"), ("eu-west-1", "cn-north-1", "cn-north-1"),
            ("", "us-gov-west-1", "us-gov-west-1"),
        ]
    )
    func tokensRegion(own: String, queue: String, region: String) throws {
        let access = AWSAccess(http: HTTPClient(), variables: ["AWS_REGION": own])
        #expect(try access.tokens(region: queue).region == region)
    }

    @Test(
        "STS has a host in each partition",
        arguments: [
            ("eu-west-1", false, "sts.eu-west-1.amazonaws.com"),
            ("us-east-1", true, "sts-fips.us-east-1.amazonaws.com"),
            ("us-gov-west-1", true, "sts.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", false, "sts.cn-north-1.amazonaws.com.cn"),
            ("eusc-de-east-1", false, "sts.eusc-de-east-1.amazonaws.eu"),
        ]
    )
    func tokensHost(region: String, isFIPS: Bool, host: String) {
        #expect(ServiceEndpoint.tokensHost(region: region, isFIPS: isFIPS) == host)
    }
}
