package import Findings

/// A named place messages go.
package struct Destination: Sendable, Hashable {
    package var name: String
    package var description: String?
    package var transport: Transport
    /// The destination that takes over what this one cannot deliver.
    package var fallback: String?
    /// `nil` means the transport's own default.
    package var rate: Rate?
    /// How many messages may be under way at once, 1...64; `nil` means the transport's own default.
    package var concurrency: Int?
    /// The most one attempt may take; `nil` means the transport's own default.
    package var timeout: Duration?
    /// How long a message is retried before it is a dead letter.
    package var retryFor: Duration
    package var allowPrivate: PrivateAccess
    /// When nothing is announced here, whatever rule announces it.
    package var mutes: [Mute]
    /// The summary that everything for this destination goes into, unless a rule has one of its own.
    package var digest: DigestSchedule?

    package init(
        name: String,
        description: String? = nil,
        transport: Transport,
        fallback: String? = nil,
        rate: Rate? = nil,
        concurrency: Int? = nil,
        timeout: Duration? = nil,
        retryFor: Duration = .seconds(24 * 3600),
        allowPrivate: PrivateAccess = .none,
        mutes: [Mute] = [],
        digest: DigestSchedule? = nil
    ) {
        self.name = name
        self.description = description
        self.transport = transport
        self.fallback = fallback
        self.rate = rate
        self.concurrency = concurrency
        self.timeout = timeout
        self.retryFor = retryFor
        self.allowPrivate = allowPrivate
        self.mutes = mutes
        self.digest = digest
    }

    /// How messages get there.
    package enum Transport: Sendable, Hashable {
        case slack(SlackSettings)
        case email(EmailSettings)
        case webhook(WebhookSettings)

        /// The `type` of routes.json: `slack`, `email` or `webhook`.
        package var type: String {
            switch self {
            case .slack: "slack"
            case .email: "email"
            case .webhook: "webhook"
            }
        }
    }

    /// The rate it is held to: its own, or its transport's default, which Slack alone has: 1 message a second
    /// (docs.slack.dev, "Rate limits"). `nil` when there is no limit.
    package var effectiveRate: Rate? {
        if let rate { return rate }
        guard case .slack = transport else { return nil }
        return Rate(count: 1, per: .seconds(1))
    }

    /// How many messages may wait before the last of them waits for more than a minute, 1 or more; `nil` without a rate.
    package var backlogLimit: Int? {
        effectiveRate.map { rate in max(1, Int(Double(rate.count) * 60 / (rate.interval / .seconds(1)))) }
    }

    /// The mail addresses of an e-mail destination, `to` before `cc`, each once; one `nil` for every other transport.
    ///
    /// Every one of them gets a message of its own, so that each has its own fate.
    package var recipients: [String?] {
        guard case .email(let email) = transport else { return [nil] }
        var seen: Set<String> = []
        return (email.to + email.cc).filter { seen.insert($0).inserted }
    }
}

/// Slack, or what takes the messages that Slack takes.
package struct SlackSettings: Sendable, Hashable {
    package var access: Access
    /// `slack` for a bot.
    package var dialect: Dialect
    /// Text put before a message of this severity, e.g. `<!here>`; the operator's own words, sent unescaped.
    package var mentions: [Severity: String]

    /// An incoming webhook.
    package init(url: SecretReference, dialect: Dialect = .slack, mentions: [Severity: String] = [:]) {
        access = .webhook(url: url)
        self.dialect = dialect
        self.mentions = mentions
    }

    /// A bot of a workspace of Slack itself.
    package init(bot: SlackBot, mentions: [Severity: String] = [:]) {
        access = .bot(bot)
        dialect = .slack
        self.mentions = mentions
    }

    /// How messages get there.
    package enum Access: Sendable, Hashable {
        case webhook(url: SecretReference)
        case bot(SlackBot)
    }

    /// The one secret that sending needs.
    package var secret: SecretReference {
        switch access {
        case .webhook(let url): url
        case .bot(let bot): bot.token
        }
    }

    /// What the receiver understands: Block Kit for `slack`, one attachment for the others, text alone for `plain`.
    package enum Dialect: String, Sendable, Hashable, CaseIterable {
        case slack, mattermost, rocketchat, zulip, discord, plain
    }
}

/// Where and how mail is handed over, and to whom: the destination's own words over the document's `email`.
package struct EmailSettings: Sendable, Hashable {
    package var host: String
    /// 1...65535.
    package var port: Int
    package var tls: TLS
    package var from: String
    package var username: SecretReference?
    package var password: SecretReference?
    package var to: [String]
    package var cc: [String]

    package init(
        host: String,
        port: Int,
        tls: TLS,
        from: String,
        username: SecretReference? = nil,
        password: SecretReference? = nil,
        to: [String] = [],
        cc: [String] = []
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.from = from
        self.username = username
        self.password = password
        self.to = to
        self.cc = cc
    }

    /// `starttls` is required, never opportunistic; `none` is plain text, for a relay on the same machine.
    package enum TLS: String, Sendable, Hashable, CaseIterable {
        case starttls, implicit, none
    }
}

/// A generic webhook, signed by the Standard Webhooks scheme when it has a secret.
package struct WebhookSettings: Sendable, Hashable {
    package var url: SecretReference
    package var secret: SecretReference?
    /// Headers sent with every message, each a literal or a secret.
    package var headers: [Header]

    package init(url: SecretReference, secret: SecretReference? = nil, headers: [Header] = []) {
        self.url = url
        self.secret = secret
        self.headers = headers
    }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: HeaderValue

        package init(name: String, value: HeaderValue) {
            self.name = name
            self.value = value
        }
    }

    package enum HeaderValue: Sendable, Hashable {
        case literal(String)
        case secret(SecretReference)
    }
}

/// Where a secret is read from; the secret itself never stands in routes.json.
package enum SecretReference: Sendable, Hashable {
    /// The name of an environment variable of the process.
    case environment(String)
    /// The path of a file; one trailing newline is not part of the secret.
    case file(String)
    /// The name of a file in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), `LoadCredential=`).
    case credential(String)
}

/// A token bucket: so many messages per interval, one more only after its share of the interval.
package struct Rate: Sendable, Hashable {
    /// 1 or more.
    package var count: Int
    package var interval: Duration

    package init(count: Int, per interval: Duration) {
        self.count = count
        self.interval = interval
    }
}

/// Which private, loopback, link-local and metadata addresses a destination may reach.
package enum PrivateAccess: Sendable, Hashable {
    case none
    case all
    /// Host names as written in the URL, addresses, and CIDR blocks.
    case only([String])
}
