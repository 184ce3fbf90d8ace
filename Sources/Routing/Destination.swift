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
