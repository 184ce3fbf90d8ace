/// One mail to be handed to a relay, for one recipient.
package struct SMTPSubmission: Sendable {
    package var relay: SMTPRelay
    /// What the client calls itself in EHLO: a host name.
    package var clientName: String
    package var credentials: Credentials?
    /// The envelope's sender and recipient, each `local-part@domain`.
    package var sender: String
    package var recipient: String
    /// Header and body with CRLF line ends; dots are stuffed on the way.
    package var message: [UInt8]
    /// Over everything, name resolution included; with a connection that was dropped while idle, once more.
    package var timeout: Duration
    /// For each single reply of the relay.
    package var replyTimeout: Duration
    package var addresses: AddressPolicy

    /// RFC 5321 §4.5.3.2 asks for 5 minutes for most replies and 10 for the one after the message: whoever waits less
    /// sends twice what the relay took.
    package init(
        relay: SMTPRelay,
        clientName: String,
        credentials: Credentials? = nil,
        sender: String,
        recipient: String,
        message: [UInt8],
        timeout: Duration = .seconds(600),
        replyTimeout: Duration = .seconds(300),
        addresses: AddressPolicy = .publicOnly
    ) {
        self.relay = relay
        self.clientName = clientName
        self.credentials = credentials
        self.sender = sender
        self.recipient = recipient
        self.message = message
        self.timeout = timeout
        self.replyTimeout = replyTimeout
        self.addresses = addresses
    }

    /// User name and password; printing, logging or reflecting them shows nothing.
    package struct Credentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        package var username: String
        package var password: String

        package init(username: String, password: String) {
            self.username = username
            self.password = password
        }

        package var description: String { "<secret>" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
}

/// Where mail is handed over.
package struct SMTPRelay: Sendable, Hashable {
    /// A host name or an address, an IPv6 address with or without brackets.
    package var host: String
    /// 1...65535.
    package var port: Int
    package var security: Security

    package init(host: String, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }

    package enum Security: Sendable, Hashable {
        /// TLS from the first byte (RFC 8314 §3.3).
        case implicit
        /// STARTTLS (RFC 3207), without which nothing is sent.
        case startTLS
        case plain
    }
}

/// How far a conversation with a relay went: the last thing that the relay was asked.
package enum SMTPStage: String, Sendable, Hashable, CaseIterable {
    case connect, greeting, hello, startTLS, login, sender, recipient
    /// DATA was sent.
    case data
    /// The relay asked for the message, and it went out in part or as a whole.
    case message
}

/// One submission and everything that is known of what became of it.
package struct SMTPExchange: Sendable {
    /// `nil` when the relay took the message.
    package var failure: CurlError?
    package var stage: SMTPStage
    /// The code of the relay's last reply.
    package var status: Int?
    /// The relay's last reply, lines separated by LF, at most 4 KiB.
    package var reply: String
    /// Whether the relay announced STARTTLS in other letters than capitals, which this libcurl does not understand.
    package var hidesStartTLS: Bool
    /// Whether there were credentials and the relay offered no way to log in.
    package var skippedLogin: Bool
    package var timings: TransferTimings
    package var peerAddress: String?
    /// Whether it went over a connection that an earlier one had opened.
    package var isReused: Bool

    package init(
        failure: CurlError?,
        stage: SMTPStage = .connect,
        status: Int? = nil,
        reply: String = "",
        hidesStartTLS: Bool = false,
        skippedLogin: Bool = false,
        timings: TransferTimings = TransferTimings(),
        peerAddress: String? = nil,
        isReused: Bool = false
    ) {
        self.failure = failure
        self.stage = stage
        self.status = status
        self.reply = reply
        self.hidesStartTLS = hidesStartTLS
        self.skippedLogin = skippedLogin
        self.timings = timings
        self.peerAddress = peerAddress
        self.isReused = isReused
    }
}
