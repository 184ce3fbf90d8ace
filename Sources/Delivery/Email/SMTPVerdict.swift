import CurlClient
import Store

/// What an exchange with a relay means for the message and for the destination.
///
/// A reply is judged by what it answers: one to RCPT is about the address, 5xx to the message about the message, and any to
/// what comes before them about the relay or the way it is used (RFC 5321 §4.2.1 and §4.3.2). 4xx to the message is about
/// the address too, since each message has one: that is where mailboxes are full and strangers are asked to come back.
struct SMTPVerdict: Sendable, Hashable {
    let verdict: Outcome.Verdict
    let errorClass: ErrorClass?
    /// One sentence without secrets; `nil` when the message was delivered.
    let detail: String?

    init(_ exchange: SMTPExchange) {
        guard let failure = exchange.failure else {
            self.init(.delivered)
            return
        }
        switch exchange.status {
        // The relay has the message; that the rest of its reply was lost changes nothing.
        case let status? where exchange.stage == .message && (200..<300).contains(status): self.init(.delivered)
        case let status? where status >= 400: self.init(refusal: status, at: exchange)
        default: self.init(failure, exchange)
        }
    }

    private init(_ verdict: Outcome.Verdict, _ errorClass: ErrorClass? = nil, _ detail: String? = nil) {
        self.verdict = verdict
        self.errorClass = errorClass
        self.detail = detail
    }

    private init(refusal status: Int, at exchange: SMTPExchange) {
        let passes = status < 500
        let later = Outcome.Verdict.destinationFailed(retryAfter: nil)
        let detail = "the mail server answered \(status) to \(exchange.stage.words)"
        switch (exchange.stage, status) {
        case (.sender, 500...) where exchange.skippedLogin, (.recipient, 500...) where exchange.skippedLogin:
            let more = "\(detail), and offers no login though a user name is configured"
            self.init(.destinationGone, .authentication, more)
        case (_, 530), (_, 534), (_, 535), (_, 538), (.login, _):
            self.init(passes ? later : .destinationGone, .authentication, detail)
        case (.startTLS, _): self.init(passes ? later : .destinationGone, .tls, detail)
        // A relay that turns everybody away does so for a time, whatever it says; Postfix takes it so too
        // (smtp_skip_5xx_greeting).
        case (.connect, _), (.greeting, _), (.hello, _): self.init(later, .serverError, detail)
        // 421 closes the connection and is about the relay, whatever it answers (RFC 5321 §4.2.2).
        case (_, ..<500) where SMTPVerdict.isThrottled(exchange): self.init(later, .rateLimited, detail)
        case (_, 421): self.init(later, .serverError, detail)
        case (.recipient, ..<500), (.data, ..<500), (.message, ..<500):
            self.init(.recipientFailed(retryAfter: nil), .recipientDeferred, detail)
        case (_, ..<500): self.init(later, .serverError, detail)
        // The message's size is told with MAIL (RFC 1870 §6).
        case (.sender, 552): self.init(.messageRefused, .messageRefused, detail)
        case (.sender, _): self.init(.destinationGone, .configuration, detail)
        case (.recipient, _): self.init(.messageRefused, .recipientRefused, detail)
        case (.data, _), (.message, _): self.init(.messageRefused, .messageRefused, detail)
        }
    }

    private init(_ failure: CurlError, _ exchange: SMTPExchange) {
        let detail = failure.description
        switch failure.kind {
        case .nameLookup: self.init(.destinationFailed(retryAfter: nil), .nameLookup, detail)
        case .connect: self.init(.destinationFailed(retryAfter: nil), .connect, detail)
        case .tls: self.init(.destinationFailed(retryAfter: nil), .tls, detail)
        case .timeout: self.init(.destinationFailed(retryAfter: nil), .timeout, detail)
        case .network, .cancelled, .resources: self.init(.destinationFailed(retryAfter: nil), .network, detail)
        case .addressRefused: self.init(.destinationGone, .addressRefused, detail)
        case .uncertain:
            self.init(.uncertain, .replyLost, "the message was sent and no answer to it came: \(detail)")
        case .configuration: self.init(.destinationGone, .configuration, detail)
        case .certificate where exchange.hidesStartTLS:
            self.init(
                .destinationGone,
                .tls,
                "the mail server announces STARTTLS in small letters, which libcurl before 8.17 does not recognise; "
                    + "use \"tls\": \"implicit\", or have the server announce it in capitals"
            )
        case .certificate where exchange.stage == .hello:
            self.init(.destinationGone, .tls, "the mail server offers no STARTTLS, and nothing is sent without it")
        case .certificate: self.init(.destinationGone, .tls, detail)
        case .login:
            self.init(
                .destinationGone,
                .authentication,
                "no way to log in was agreed on with the mail server: \(detail)"
            )
        }
    }

    /// Amazon SES answers `454 Throttling failure: Maximum sending rate exceeded` to the message; others use the
    /// enhanced codes 4.7.x (RFC 3463 §3.8) for many reasons, so that only words tell.
    private static func isThrottled(_ exchange: SMTPExchange) -> Bool {
        let reply = exchange.reply.lowercased()
        return ["throttl", "rate exceeded", "rate limit", "too many"].contains { reply.contains($0) }
    }
}

extension SMTPStage {
    /// What the relay was answering, for a sentence.
    fileprivate var words: String {
        switch self {
        case .connect, .greeting: "the connection"
        case .hello: "the greeting"
        case .startTLS: "STARTTLS"
        case .login: "the login"
        case .sender: "the sender"
        case .recipient: "the recipient"
        case .data: "the request to send the message"
        case .message: "the message"
        }
    }
}
