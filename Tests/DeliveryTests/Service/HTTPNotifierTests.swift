import CurlClient
import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Slack and webhook notifiers over a real connection")
struct HTTPNotifierTests {
    private static let shared = Result { try HTTPReceiver() }

    /// However long a loaded machine lets a test wait between two messages, the second one finds the connection of the first.
    private let client = HTTPClient(idleTime: .seconds(86_400))
    private let receiver: HTTPReceiver

    init() throws { receiver = try HTTPNotifierTests.shared.get() }

    private func slack(_ url: String, access: PrivateAccess = .all, timeout: Duration? = nil) async -> Outcome {
        let notifier = Notifiers(http: client, secrets: SecretSource(variables: ["URL": url]))
        let destination = Destination(
            name: "secops",
            transport: .slack(SlackSettings(url: .environment("URL"))),
            timeout: timeout,
            allowPrivate: access
        )
        return await notifier.deliver(.sample(), to: destination, now: .sample)
    }

    private func received(_ key: String) async throws -> [HTTPReceiver.Received] {
        let url = try WebURL(receiver.url("_requests", key: key))
        let exchange = await client.perform(HTTPRequest(method: "GET", url: url, addresses: .any))
        return try HTTPReceiver.received(try exchange.result.get().body)
    }

    struct Case: CustomTestStringConvertible {
        var path: String
        var verdict: Outcome.Verdict
        var errorClass: ErrorClass?
        var status: Int?

        init(_ path: String, _ verdict: Outcome.Verdict, _ errorClass: ErrorClass?, _ status: Int?) {
            self.path = path
            self.verdict = verdict
            self.errorClass = errorClass
            self.status = status
        }

        var testDescription: String { path }
    }

    private static let failed = Outcome.Verdict.destinationFailed(retryAfter: nil)

    static let cases: [Case] = [
        Case("ok", .delivered, nil, 200),
        Case("reply/204/", .delivered, nil, 204),
        Case(
            "reply/200/%7B%22ok%22%3Afalse%2C%22error%22%3A%22invalid_blocks%22%7D",
            .messageRefused,
            .messageRefused,
            200
        ),
        Case("reply/200/%7B%22ok%22%3Afalse%7D", .messageRefused, .messageRefused, 200),
        Case("reply/400/invalid_blocks", .messageRefused, .messageRefused, 400),
        Case("reply/404/no_service", .destinationGone, .destinationGone, 404),
        Case("reply/410/channel_is_archived", .destinationGone, .destinationGone, 410),
        Case("reply/403/invalid_token", .destinationGone, .authentication, 403),
        Case("retry-after/17", .destinationFailed(retryAfter: .seconds(17)), .rateLimited, 429),
        Case("reply/500/rollup_error", failed, .serverError, 500),
        Case("reply/502/bad", failed, .serverError, 502),
        Case("redirect", failed, .redirect, 302),
        Case("reset-mid-reply", .uncertain, .replyLost, 200),
        Case("lost", .uncertain, .replyLost, nil),
        Case("huge", .delivered, nil, 200),
        Case("garbage", .uncertain, .replyLost, nil),
        Case("half-line", .uncertain, .replyLost, nil),
        Case("endless-headers", .uncertain, .replyLost, 200),
    ]

    @Test("what the receiver does decides the outcome", arguments: cases)
    func outcomes(_ given: Case) async {
        let outcome = await slack(receiver.url(given.path))
        #expect(outcome.verdict == given.verdict)
        #expect(outcome.evidence.errorClass == given.errorClass)
        #expect(outcome.evidence.status == given.status)
        #expect(outcome.evidence.peerAddress == "127.0.0.1")
        #expect((outcome.evidence.timings?.total ?? 0) > 0)
        #expect((outcome.evidence.reply?.utf8.count ?? 0) <= 1024)
        #expect((outcome.evidence.rendered == nil) == (given.verdict == .delivered))
    }

    /// Every status of the IANA registry from 300 on that is no reply to something else, and some that others say.
    static let meanings: [(Outcome.Verdict, ErrorClass, [Int])] = [
        (.messageRefused, .messageRefused, [400, 406, 413, 415, 422]),
        (.destinationGone, .authentication, [401, 403, 407]),
        (.destinationGone, .destinationGone, [402, 404, 405, 410, 414, 451]),
        (.destinationGone, .redirect, [301, 308]),
        (failed, .redirect, [300, 302, 303, 305, 306, 307]),
        (failed, .timeout, [408, 425]),
        (failed, .rateLimited, [420, 429]),
        (failed, .serverError, [409, 411, 412, 416, 417, 418, 421, 423, 424, 426, 428, 431, 444, 460, 499]),
        (failed, .serverError, [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 529, 599]),
    ]

    @Test("each status is the message's fault, the receiver's for a time, or the address's", arguments: meanings)
    func statuses(verdict: Outcome.Verdict, errorClass: ErrorClass, statuses: [Int]) async {
        for status in statuses {
            let outcome = await slack(receiver.url("reply/\(status)/No%20way"))
            #expect(outcome.verdict == verdict, "\(status)")
            #expect(outcome.evidence.errorClass == errorClass, "\(status)")
            #expect(outcome.evidence.detail?.contains("\(status)") == true)
        }
    }

    @Test("Retry-After may be a date")
    func retryDate() async throws {
        let notifier = Notifiers(
            http: client,
            secrets: SecretSource(variables: ["URL": receiver.url("retry-date/600")])
        )
        let destination = Destination(
            name: "s",
            transport: .slack(SlackSettings(url: .environment("URL"))),
            allowPrivate: .all
        )
        let outcome = await notifier.deliver(.sample(), to: destination, now: Date())
        guard case .destinationFailed(let wait?) = outcome.verdict else {
            Issue.record("no Retry-After was read")
            return
        }
        #expect(wait > .seconds(590) && wait <= .seconds(601))
    }

    @Test("a receiver that answers too late leaves the outcome uncertain")
    func slow() async {
        let outcome = await slack(receiver.url("slow/10"), timeout: .milliseconds(800))
        #expect(outcome.verdict == .uncertain)
    }

    @Test("a used connection that dies is uncertain, and the message was sent once")
    func keepAliveDeath() async throws {
        #expect(await slack(receiver.url("ok", key: "keep")).verdict == .delivered)
        let outcome = await slack(receiver.url("die-on-reuse", key: "keep"))
        #expect(outcome.verdict == .uncertain)
        #expect(try await received("keep").count == 2)
    }

    @Test("nobody listening is a destination that failed, and a private address is one that is gone")
    func unreachable() async {
        let closed = await slack("http://127.0.0.1:1/x")
        #expect(closed.verdict == HTTPNotifierTests.failed && closed.evidence.errorClass == .connect)
        let refused = await slack(receiver.url("ok"), access: .none)
        #expect(refused.verdict == .destinationGone && refused.evidence.errorClass == .addressRefused)
        #expect(refused.evidence.detail?.contains("allowPrivate") == true)
        #expect(await slack(receiver.url("ok"), access: .only(["127.0.0.0/8"])).verdict == .delivered)
        #expect(await slack(receiver.url("ok", host: "localhost"), access: .only(["LOCALHOST"])).verdict == .delivered)
        #expect(await slack(receiver.url("ok"), access: .only(["localhost"])).verdict == .destinationGone)
    }

    @Test(
        "a URL that cannot be used is told by its setting",
        arguments: ["", "file:///etc/passwd", "canary-url", "ftp://canary/"]
    )
    func unusable(url: String) async {
        let outcome = await slack(url)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .configuration)
        #expect(outcome.evidence.detail?.contains("the environment variable URL") == true)
        #expect(outcome.evidence.detail?.contains("canary") == false)
    }

    @Test("a Slack message arrives as JSON")
    func arrives() async throws {
        #expect(await slack(receiver.url("ok", key: "arrives")).verdict == .delivered)
        let request = try #require(try await received("arrives").first)
        #expect(request.header("content-type") == "application/json; charset=utf-8")
        #expect(try JSONDocument.parse(request.body)["text"]?.string?.hasPrefix("[HIGH]") == true)
    }

    private func webhook(_ path: String, key: String, _ notification: Notification = .sample()) async -> Outcome {
        let variables = [
            "URL": receiver.url(path, key: key), "TOKEN": "canary-token-1",
            "SIGNING": "whsec_" + Data("canary-signing-key-0123".utf8).base64EncodedString(),
        ]
        let settings = WebhookSettings(
            url: .environment("URL"),
            secret: .environment("SIGNING"),
            headers: [
                .init(name: "Authorization", value: .secret(.environment("TOKEN"))),
                .init(name: "X-Team", value: .literal("payments")),
            ]
        )
        let destination = Destination(name: "hook", transport: .webhook(settings), allowPrivate: .all)
        return await Notifiers(http: client, secrets: SecretSource(variables: variables))
            .deliver(notification, to: destination, now: Date())
    }

    @Test("a webhook arrives signed, with its headers, and under the same id at every attempt")
    func signed() async throws {
        #expect(await webhook("ok", key: "signed").verdict == .delivered)
        #expect(await webhook("ok", key: "signed").verdict == .delivered)
        let requests = try await received("signed")
        #expect(Set(requests.map { $0.header("webhook-id") }) == ["0190a1b2c3d4e5f60718293a4b5c6d7e"])
        let request = try #require(requests.first)
        #expect(request.header("authorization") == "canary-token-1")
        #expect(request.header("x-team") == "payments")
        let line: JSONValue = [
            "secret": .string("whsec_" + Data("canary-signing-key-0123".utf8).base64EncodedString()),
            "body": .string(Data(request.body).base64EncodedString()),
            "headers": .object(request.headers.map { .init($0.name, .string($0.value)) }),
        ]
        #expect(try PeerProcess.run(python: HTTPReceiver.peer("check_webhook.py"), input: line.bytes + [10]) == "ok\n")
    }

    @Test(
        "no secret is kept, whatever the receiver sends back",
        arguments: [
            "echo/canary-path-1", "echo-upper/canary-path-1", "echo-lower/canary-path-1", "echo-long/canary-path-1",
            "reply/400/canary-token-1", "reply/500/canary-path-1", "lost/canary-path-1",
        ]
    )
    func canary(path: String) async {
        for outcome in [
            await slack(receiver.url(path, key: "canary-query-1")), await webhook(path, key: "canary-query-1"),
        ] {
            #expect(outcome.verdict != .delivered)
            // The token is no secret of the Slack destination: there a receiver that says it says it by itself.
            let isOwnSecret = path.contains("token") == false
            let words = String(reflecting: outcome.evidence).lowercased()
            #expect(words.contains("canary-path") == false, "\(words)")
            #expect(words.contains("canary-query") == false, "\(words)")
            if isOwnSecret { #expect(words.contains("canary-token") == false, "\(words)") }
            #expect(words.contains("y2fuyxj5") == false, "\(words)")
        }
    }

    @Test(
        "what stands before the @ of an address is not kept in any form in which it goes over the wire",
        arguments: ["canary-user:canary-password", "u:canary-pass%40word%2F1", "canary-user-alone"],
        ["echo", "echo-upper", "echo-lower"]
    )
    func userInformation(login: String, path: String) async throws {
        let url = receiver.url("\(path)/x").replacing("http://", with: "http://\(login)@")
        let outcome = await slack(url)
        let words = try #require(outcome.evidence.reply).lowercased()
        #expect(words.contains("authorization") && words.contains("<secret>"))
        #expect(words.contains("canary") == false)
        let plain = login.replacing("%40", with: "@").replacing("%2F", with: "/")
        let sent = plain.contains(":") ? plain : plain + ":"
        let encoded = Data(sent.utf8).base64EncodedString().lowercased()
        #expect(words.contains(encoded.prefix(12)) == false, "\(words)")
    }

    @Test("the webhook's own token is not kept when the receiver echoes it")
    func echoedToken() async {
        let outcome = await webhook("echo/x", key: "k")
        #expect(outcome.evidence.reply?.contains("<secret>") == true)
        #expect(outcome.evidence.reply?.contains("canary-token-1") == false)
        #expect(outcome.evidence.reply?.contains("canary-signing") == false)
    }

    @Test("secrets that were rotated between two attempts are not kept either, the URL's and the headers'")
    func rotated() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rotated-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let (url, token) = (folder.appendingPathComponent("url"), folder.appendingPathComponent("token"))
        let settings = WebhookSettings(
            url: .file(url.path),
            headers: [.init(name: "Authorization", value: .secret(.file(token.path)))]
        )
        let destination = Destination(name: "hook", transport: .webhook(settings), allowPrivate: .all)
        let notifier = Notifiers(http: client, secrets: SecretSource(variables: [:]))
        for (path, word) in [("one", "first"), ("one", "second"), ("two", "second"), ("two", "second")] {
            try Data(receiver.url("echo/canary-\(path)").utf8).write(to: url)
            try Data("token-\(word)".utf8).write(to: token)
            let outcome = await notifier.deliver(.sample(), to: destination, now: .sample)
            let reply = try #require(outcome.evidence.reply)
            #expect(reply.contains("<secret>") && reply.contains("canary") == false)
            #expect(reply.contains("token-") == false, "\(reply)")
        }
    }

    @Test(
        "a test goes over the same connection and brings back what the receiver said, and the webhook says it is a test"
    )
    func trial() async throws {
        let notifiers = Notifiers(
            http: client,
            secrets: SecretSource(variables: [
                "URL": receiver.url("ok", key: "trial"), "GONE": receiver.url("reply/404/no_service", key: "trial"),
            ])
        )
        var notification = Notification.sample()
        notification.isTest = true
        func destination(_ variable: String) -> Destination {
            Destination(
                name: "d",
                transport: .webhook(WebhookSettings(url: .environment(variable))),
                allowPrivate: .all
            )
        }
        let good = await notifiers.attempt(notification, to: destination("URL"), now: .sample)
        #expect(good.verdict == .delivered && good.status == 200)
        let bad = await notifiers.attempt(notification, to: destination("GONE"), now: .sample)
        #expect(bad.verdict != .delivered && bad.status == 404)
        let body = try #require(try await received("trial").first?.body)
        #expect(try JSONDocument.parse(body)["test"]?.bool == true)
        guard case .webhook(let shown) = notifiers.rendered(notification, for: destination("URL"), now: .sample) else {
            Issue.record("another form")
            return
        }
        #expect(shown == body)
    }
}
