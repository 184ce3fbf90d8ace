package import Findings

/// Slack, or what takes the messages that Slack takes.
package struct SlackSettings: TransportSettings {
    /// Slack takes one message a second in a channel (docs.slack.dev, "Rate limits"), and in their order one at a time.
    package static let transport = TransportType(
        "slack",
        subject: "a slack destination",
        keys: Key.self,
        // None: it takes either a URL or a bot.
        required: [],
        defaults: .init(rate: Rate(count: 1, per: .seconds(1)), concurrency: 1, timeout: .seconds(15)),
        read: { reader, fields, _ in reader.slackSettings(fields).map { .slack($0) } }
    )

    enum Key: String, CaseIterable {
        case url, dialect, mentions, token, channel, api
    }

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

    package var secrets: [SecretReference] {
        switch access {
        case .webhook(let url): [url]
        case .bot(let bot): [bot.token]
        }
    }

    package var resource: LaneResource {
        switch access {
        case .webhook(let url): .url(url)
        // Slack counts by channel, and the id of a channel belongs to one workspace.
        case .bot(let bot): .named("slack \(bot.api.lowercased()) \(bot.channel)")
        }
    }

    /// What the receiver understands: Block Kit for `slack`, one attachment for the others, text alone for `plain`.
    package enum Dialect: String, Sendable, Hashable, CaseIterable {
        case slack, mattermost, rocketchat, zulip, discord, plain
    }
}
