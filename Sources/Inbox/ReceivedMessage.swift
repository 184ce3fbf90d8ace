package import FoundationEssentials
package import SlackReading

/// One thing that reached the inbox, and what was answered.
package struct ReceivedMessage: Sendable, Hashable {
    /// 1-based, in order of arrival; never used twice by one inbox.
    package var id: Int
    package var receivedAt: Date
    package var content: Content
    package var answer: Answer

    package init(id: Int, receivedAt: Date, content: Content, answer: Answer) {
        self.id = id
        self.receivedAt = receivedAt
        self.content = content
        self.answer = answer
    }

    package enum Content: Sendable, Hashable {
        /// A post to a Slack-compatible webhook; the message is `nil` when it was refused unread.
        case slack(HTTPPost, SlackMessage?)
        /// A call of Slack's Web API.
        case slackCall(HTTPPost, SlackCall)
        case webhook(HTTPPost)
        case mail(Envelope, MailMessage)
        /// An SMTP command that was refused before there was a message.
        case refusedCommand(RefusedCommand)
    }

    /// What the sender was told.
    package struct Answer: Sendable, Hashable {
        /// The HTTP status or SMTP code; `nil` when the connection was cut without one.
        package var code: Int?
        package var text: String
        /// Why, when it was not the plain yes: the broken limit in words, or that the inbox was told to fail.
        package var reason: String?

        package init(code: Int?, text: String, reason: String? = nil) {
            self.code = code
            self.text = text
            self.reason = reason
        }

        /// True for 2xx, unless the body takes it back.
        package var isPositive: Bool { reason == nil && code.map { $0 / 100 == 2 } ?? false }
    }

    /// How many bytes the message holds on to, roughly.
    var weight: Int {
        switch content {
        case .slack(let post, _), .slackCall(let post, _), .webhook(let post): post.body.count * 3 + 1_024
        case .mail(_, let mail): mail.raw.count * 3 + 1_024
        case .refusedCommand: 512
        }
    }

    /// `slack`, `webhook`, `mail` or `smtp`.
    package var kind: String {
        switch content {
        case .slack, .slackCall: "slack"
        case .webhook: "webhook"
        case .mail: "mail"
        case .refusedCommand: "smtp"
        }
    }
}

/// An HTTP request as received.
package struct HTTPPost: Sendable, Hashable {
    /// With the query, as sent.
    package var path: String
    /// In the order sent, names in lower case.
    package var headers: [Header]
    package var body: [UInt8]

    package init(path: String, headers: [Header], body: [UInt8]) {
        self.path = path
        self.headers = headers
        self.body = body
    }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// What SMTP said about a mail, which is not what the mail says about itself (RFC 5321 §2.3.1).
package struct Envelope: Sendable, Hashable {
    /// The name given with EHLO or HELO.
    package var client: String
    /// The user name given with AUTH; any is believed. The password is not kept.
    package var user: String?
    /// Empty for the null sender `<>`.
    package var sender: String
    package var recipients: [String]

    package init(client: String, user: String? = nil, sender: String, recipients: [String]) {
        self.client = client
        self.user = user
        self.sender = sender
        self.recipients = recipients
    }
}

/// An SMTP command that the inbox was told to refuse.
package struct RefusedCommand: Sendable, Hashable {
    package var stage: SMTPStage
    /// The command as sent, e.g. `RCPT TO:<a@example.com>`; a secret never stands in it.
    package var command: String
}
