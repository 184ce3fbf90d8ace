package import Findings

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
