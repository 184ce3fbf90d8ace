import CurlClient
import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Mail through a real server", .enabled(if: EximRelay.isInstalled, "exim4 is not installed: .ci/setup test"))
struct EmailRelayTests {
    private let relay: EximRelay

    private static let shared = Result { try EximRelay() }

    init() throws { relay = try EmailRelayTests.shared.get() }

    private func deliver(
        _ notification: Notification,
        over tls: EmailSettings.TLS = .starttls,
        host: String = "127.0.0.1",
        password: String? = EximRelay.password,
        trusting: Bool = true,
        access: PrivateAccess = .all
    ) async throws -> Outcome {
        let isSecret = password != nil
        let settings = EmailSettings(
            host: host,
            port: try relay.port(tls == .implicit ? "implicit" : "starttls"),
            tls: tls,
            from: "noroshi@example.com",
            username: isSecret ? .environment("USER_NAME") : nil,
            password: isSecret ? .environment("PASSWORD") : nil
        )
        let client = SMTPClient(caFile: trusting ? relay.caFile : nil, idleTime: .milliseconds(50))
        let secrets = SecretSource(variables: ["USER_NAME": "noroshi", "PASSWORD": password ?? ""])
        let destination = Destination(name: "secops-mail", transport: .email(settings), allowPrivate: access)
        return await Notifiers(smtp: client, secrets: secrets).deliver(
            notification,
            to: destination,
            now: mailNow
        )
    }

    @Test(
        "mail is delivered over TLS after a login and arrives as it was rendered",
        arguments: [
            (EmailSettings.TLS.starttls, "starttls@example.com"), (.implicit, "implicit@example.com"),
        ]
    )
    func delivered(tls: EmailSettings.TLS, recipient: String) async throws {
        let outcome = try await deliver(.about(.publicBucket, recipient: recipient), over: tls)
        #expect(outcome.verdict == .delivered, "\(outcome.evidence)")
        #expect(outcome.evidence.status == 250)
        #expect(outcome.evidence.reply?.hasPrefix("250 OK id=") == true)
        #expect(outcome.evidence.peerAddress == "127.0.0.1")
        #expect(try #require(outcome.evidence.timings).total > 0)
        #expect(outcome.evidence.rendered == nil)
        let stored = try #require(try await relay.mails(for: recipient).first)
        let mail = try MailCheck(stored)
        #expect(mail.defects() == [])
        #expect(mail.header("to") == recipient)
        #expect(mail.header("subject")?.contains("S3 buckets should block public access") == true)
        #expect(mail.text("text/html")?.contains("S3 buckets should block public access") == true)
        // The maildir has LF line ends and the relay's own fields on top; all below them is ours, byte for byte but for
        // the boundary, which is random.
        let expected = try Notification.about(.publicBucket, recipient: recipient).mail().text
        let text = String(decoding: stored, as: UTF8.self).split(separator: "\nDate: ", maxSplits: 1).last.map(
            String.init
        )
        let body = "Date: " + (text ?? "")
        #expect(Self.unbounded(body) == Self.unbounded(expected.replacing("\r\n", with: "\n")))
    }

    private static func unbounded(_ text: String) -> String {
        text.split(separator: "=_", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset == 0 ? $0.element : $0.element.dropFirst(32) }.joined(separator: "=_")
    }

    @Test(
        "what the server says to an address decides about that message",
        arguments: [
            (
                "refused@example.com", Outcome.Verdict.messageRefused, ErrorClass.recipientRefused, 550,
                "550 5.1.1 no such mailbox"
            ),
            (
                "later@example.com", .recipientFailed(retryAfter: nil), .recipientDeferred, 451,
                "451 4.2.1 this mailbox is busy"
            ),
        ]
    )
    func perRecipient(
        recipient: String,
        verdict: Outcome.Verdict,
        errorClass: ErrorClass,
        status: Int,
        reply: String
    ) async throws {
        let outcome = try await deliver(.about(.publicBucket, recipient: recipient))
        #expect(outcome.verdict == verdict)
        #expect(outcome.evidence.errorClass == errorClass)
        #expect(outcome.evidence.status == status)
        #expect(outcome.evidence.reply == reply)
        #expect(outcome.evidence.rendered?.contains("To: \(recipient)") == true)
    }

    @Test("a message that is refused for what it says is the message's fault")
    func refusedContent() async throws {
        var finding = Finding.publicBucket
        finding.title = "looks like spam"
        let outcome = try await deliver(.about(finding))
        #expect(outcome.verdict == .messageRefused)
        #expect(outcome.evidence.errorClass == .messageRefused)
        #expect(outcome.evidence.status == 550)
    }

    @Test("a wrong password stops the lane and is shown nowhere")
    func wrongPassword() async throws {
        let outcome = try await deliver(.about(.publicBucket), password: "canary-wrong-password")
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .authentication)
        #expect(outcome.evidence.status == 535)
        #expect("\(outcome)".contains("canary") == false)
    }

    @Test(
        "a certificate that is not trusted, or of another name, stops the lane",
        arguments: [
            (EmailSettings.TLS.starttls, "127.0.0.1", false), (.implicit, "127.0.0.1", false),
            (.implicit, "localhost", true),
        ]
    )
    func badCertificate(tls: EmailSettings.TLS, host: String, trusting: Bool) async throws {
        let outcome = try await deliver(.about(.publicBucket), over: tls, host: host, trusting: trusting)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .tls)
        #expect(outcome.evidence.status == nil)
    }

    @Test("a relay that offers a login only under TLS is not written to about recipients without one")
    func loginNotOffered() async throws {
        let outcome = try await deliver(.about(.publicBucket), over: .none)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .authentication)
        #expect("\(outcome)".contains(EximRelay.password) == false)
    }

    @Test("a relay on a private address is not spoken to unless the destination allows it")
    func privateAddress() async throws {
        let outcome = try await deliver(.about(.publicBucket), access: .none)
        #expect(outcome.verdict == .destinationGone)
        #expect(outcome.evidence.errorClass == .addressRefused)
        let allowed = try await deliver(
            .about(.publicBucket, recipient: "cidr@example.com"),
            access: .only(["127.0.0.0/8"])
        )
        #expect(allowed.verdict == .delivered, "\(allowed.evidence)")
    }

    @Test("a mail larger than the server takes is the message's fault")
    func tooLarge() async throws {
        let submission = SMTPSubmission(
            relay: SMTPRelay(host: "127.0.0.1", port: try relay.port("implicit"), security: .implicit),
            clientName: "example.com",
            credentials: SMTPSubmission.Credentials(username: "noroshi", password: EximRelay.password),
            sender: "noroshi@example.com",
            recipient: "big@example.com",
            message: Array("Subject: big\r\n\r\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 70_000) + [
                13, 10,
            ],
            addresses: .any
        )
        let exchange = await SMTPClient(caFile: relay.caFile, idleTime: .milliseconds(50)).submit(submission)
        #expect(exchange.status == 552)
        #expect(exchange.stage == .sender)
    }
}

@Suite("Mail server for tests")
struct EmailRelayPresenceTests {
    @Test(
        "in continuous integration the tests with a real mail server are not left out",
        .enabled(if: ProcessInfo.processInfo.environment["CI"] != nil, "CI is not set")
    )
    func installed() {
        #expect(EximRelay.isInstalled, "exim4 is not installed: .ci/setup test")
    }
}
