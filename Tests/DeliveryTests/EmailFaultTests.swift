import CurlClient
import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@Suite("Mail to a server with faults")
struct EmailFaultTests {
    private let receiver: SMTPReceiver
    private let client = SMTPClient(idleTime: .milliseconds(50))

    private static let shared = Result { try SMTPReceiver() }

    init() throws { receiver = try EmailFaultTests.shared.get() }

    private func deliver(
        to recipient: String,
        port: String = "plain",
        tls: EmailSettings.TLS = .none,
        from sender: String = "noroshi@example.com",
        variables: [String: String] = [:],
        timeout: Duration? = nil
    ) async throws -> Outcome {
        let settings = EmailSettings(
            host: "127.0.0.1",
            port: try receiver.port(port),
            tls: tls,
            from: sender,
            username: variables.isEmpty ? nil : .environment("USER_NAME"),
            password: variables.isEmpty ? nil : .environment("PASSWORD")
        )
        let destination = Destination(
            name: "secops-mail",
            transport: .email(settings),
            timeout: timeout,
            allowPrivate: .all
        )
        let notifier = Notifiers(smtp: client, secrets: SecretSource(variables: variables))
        return await notifier.deliver(.about(.publicBucket, recipient: recipient), to: destination, now: mailNow)
    }

    private static let busy = Outcome.Verdict.recipientFailed(retryAfter: nil)
    private static let later = Outcome.Verdict.destinationFailed(retryAfter: nil)

    @Test(
        "a refusal is judged by what it answers",
        arguments: [
            ("rcpt450", busy, ErrorClass.recipientDeferred, 450), ("rcpt451", busy, .recipientDeferred, 451),
            ("rcpt421", later, .serverError, 421),
            ("rcpt550", .messageRefused, .recipientRefused, 550), ("rcpt530", .destinationGone, .authentication, 530),
            ("data451", busy, .recipientDeferred, 451), ("data452", busy, .recipientDeferred, 452),
            ("predata451", busy, .recipientDeferred, 451), ("predata421", later, .serverError, 421),
            ("data421", later, .serverError, 421), ("data454", later, .rateLimited, 454),
            ("data552", .messageRefused, .messageRefused, 552), ("data554", .messageRefused, .messageRefused, 554),
        ] as [(String, Outcome.Verdict, ErrorClass, Int)]
    )
    func refusals(scenario: String, verdict: Outcome.Verdict, errorClass: ErrorClass, status: Int) async throws {
        let outcome = try await deliver(to: "\(scenario)@example.com")
        #expect(outcome.verdict == verdict)
        #expect(outcome.evidence.errorClass == errorClass)
        #expect(outcome.evidence.status == status)
        #expect(outcome.evidence.reply?.hasPrefix("\(status) ") == true)
        #expect(outcome.evidence.detail?.contains("\(status)") == true)
    }

    @Test("a server that turns the connection away is tried again later", arguments: [("busy", 421), ("closed", 554)])
    func turnedAway(port: String, status: Int) async throws {
        let outcome = try await deliver(to: "ops@example.com", port: port)
        #expect(outcome.verdict == Self.later)
        #expect(outcome.evidence.errorClass == .serverError)
        #expect(outcome.evidence.status == status)
    }

    @Test("a sender that is refused stops the lane")
    func refusedSender() async throws {
        let outcome = try await deliver(to: "ops@example.com", from: "unwelcome@example.com")
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .configuration)
        #expect(outcome.evidence.status == 550)
    }

    @Test("a connection lost after the message, before its answer, leaves the outcome uncertain")
    func lostReply() async throws {
        let outcome = try await deliver(to: "drop@example.com")
        #expect(outcome.verdict == .uncertain)
        #expect(outcome.evidence.errorClass == .replyLost)
        #expect(outcome.evidence.status == nil)
        #expect(try await receiver.mails(for: "drop@example.com").count == 1)
    }

    @Test("an answer to the message that does not come in time leaves the outcome uncertain")
    func lateReply() async throws {
        let outcome = try await deliver(to: "silent@example.com", timeout: .seconds(5))
        #expect(outcome.verdict == .uncertain)
        #expect(outcome.evidence.errorClass == .replyLost)
        // Nothing waits for what the server says to QUIT beyond a second.
        #expect(try #require(outcome.evidence.timings).total < 60)
    }

    @Test("a server that says nothing is a timeout, and the message is not uncertain")
    func noGreeting() async throws {
        let outcome = try await deliver(to: "ops@example.com", port: "mute", timeout: .milliseconds(500))
        #expect(outcome.verdict == Self.later)
        #expect(outcome.evidence.errorClass == .timeout)
    }

    @Test("an answer that begins with 250 and breaks off is a delivery")
    func halfReply() async throws {
        let outcome = try await deliver(to: "halfreply@example.com")
        #expect(outcome.verdict == .delivered, "\(outcome.evidence)")
    }

    @Test(
        "an answer of several lines is kept whole and without control characters",
        arguments: [
            ("long@example.com", "250-taken\n250 as number 1"),
            (
                "rcpt550long@example.com",
                "550-5.1.1 no such mailbox\n550-5.1.1 [31mask the postmaster\n550 5.1.1 about it"
            ),
        ]
    )
    func longReply(recipient: String, reply: String) async throws {
        #expect(try await deliver(to: recipient).evidence.reply == reply)
    }

    @Test("without STARTTLS nothing is sent when it is required")
    func startTLSMissing() async throws {
        let outcome = try await deliver(to: "nostarttls@example.com", tls: .starttls)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .tls)
        #expect(outcome.evidence.detail?.contains("offers no STARTTLS") == true)
        #expect(try await receiver.log().contains { $0.contains("nostarttls") } == false)
    }

    @Test("a STARTTLS announced in small letters is explained")
    func lowerCaseStartTLS() async throws {
        let outcome = try await deliver(to: "ops@example.com", port: "lowercase", tls: .starttls)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.detail?.contains("small letters") == true)
    }

    @Test("a server that repeats user name and password does not bring them into the evidence")
    func echoedPassword() async throws {
        let variables = ["USER_NAME": "canary-user", "PASSWORD": "canary-password"]
        let outcome = try await deliver(to: "ops@example.com", port: "login", variables: variables)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .authentication)
        #expect(outcome.evidence.reply == "535 5.7.8 wrong: <secret> <secret>")
        #expect("\(outcome)".contains("canary") == false)
    }

    @Test("a secret that cannot be read stops the lane and names the reference")
    func missingSecret() async throws {
        let outcome = try await deliver(to: "ops@example.com", variables: ["USER_NAME": "x"])
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .configuration)
        #expect(outcome.evidence.detail?.contains("PASSWORD is not set") == true)
    }

    @Test("a recipient that would be a second command is refused before anything is sent")
    func injectedRecipient() async throws {
        let outcome = try await deliver(to: "inject@example.com>\r\nRCPT TO:<evil@example.net")
        #expect(outcome.verdict == .messageRefused)
        #expect(outcome.evidence.errorClass == .recipientRefused)
        #expect(try await receiver.log().contains { $0.contains("inject") || $0.contains("evil") } == false)
    }

    @Test(
        "a server that cannot be reached is tried again later",
        arguments: [
            ("127.0.0.1", ErrorClass.connect), ("no-such-host.invalid", .nameLookup),
        ]
    )
    func unreachable(host: String, errorClass: ErrorClass) async throws {
        // Port 1 is tcpmux, which nothing has served for decades; a refused connection is what is wanted.
        let settings = EmailSettings(host: host, port: 1, tls: .none, from: "noroshi@example.com")
        let destination = Destination(name: "secops-mail", transport: .email(settings), allowPrivate: .all)
        let notifier = Notifiers(smtp: client, secrets: SecretSource(variables: [:]))
        let outcome = await notifier.deliver(.about(.publicBucket), to: destination, now: mailNow)
        #expect(outcome.verdict == Self.later)
        #expect(outcome.evidence.errorClass == errorClass)
    }
}
