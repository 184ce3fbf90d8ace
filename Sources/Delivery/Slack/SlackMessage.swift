import Findings
package import FoundationEssentials
package import Routing
import Store
package import Triage

/// A notification as the JSON that a Slack-compatible incoming webhook takes.
package enum SlackMessage {
    /// Renders the message: a pure function, so that the same notification gives the same bytes.
    ///
    /// Block Kit for Slack itself; one attachment for the receivers that know only Slack's older form; text alone for
    /// `plain` and for a notification whose fuller rendering was refused.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - settings: The dialect, and the mentions that the operator configured.
    ///   - now: For the age shown in the message.
    ///   - console: Where people reach the console, if that is known.
    /// - Returns: UTF-8 JSON within every limit of the dialect.
    package static func render(
        _ notification: Notification,
        for settings: SlackSettings,
        now: Date,
        console: PublicAddress? = nil
    ) -> [UInt8] {
        value(notification, dialect: settings.dialect, mentions: settings.mentions, now: now, console: console).bytes
    }

    /// The message as a value, for whoever has something to add to it.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - dialect: What the receiver understands.
    ///   - mentions: By severity, the operator's words; sent unescaped.
    ///   - now: For the age shown in the message.
    ///   - console: Where people reach the console, if that is known.
    /// - Returns: An object with `text` and, in a fuller form, `blocks` or `attachments`.
    static func value(
        _ notification: Notification,
        dialect: SlackSettings.Dialect,
        mentions: [Severity: String],
        now: Date,
        console: PublicAddress?
    ) -> JSONValue {
        let markup = SlackMarkup(dialect: dialect)
        let received = notification.content.receivedAt
        if let bundle = notification.content.bundle {
            let facts = BundleFacts(bundle, of: notification, now: now, console: console)
            guard notification.isMinimal == false else { return PlainSlackMessage.minimal(facts, markup) }
            let mention = facts.isCall ? mention(facts.facts.severity, mentions) : ""
            return switch dialect {
            case .slack: BlockKitMessage.render(facts, mention: mention, markup, id: notification.id)
            case .mattermost, .rocketchat, .zulip, .discord:
                AttachmentMessage.render(facts, mention: mention, markup, at: received)
            case .plain: PlainSlackMessage.full(facts, mention: mention, markup)
            }
        }
        let facts = MessageFacts(notification, now: now, console: console)
        guard notification.isMinimal == false else { return PlainSlackMessage.minimal(facts, markup) }
        let mention = facts.isCall ? mention(facts.severity, mentions) : ""
        return switch dialect {
        case .slack: BlockKitMessage.render(facts, mention: mention, markup, id: notification.id)
        case .mattermost, .rocketchat, .zulip, .discord:
            AttachmentMessage.render(facts, mention: mention, markup, at: received)
        case .plain: PlainSlackMessage.full(facts, mention: mention, markup)
        }
    }

    /// What is said of an alert below its first message: what changed, since all else stands above.
    static func reply(
        _ notification: Notification,
        mentions: [Severity: String],
        now: Date,
        console: PublicAddress?
    ) -> JSONValue {
        guard notification.isMinimal == false else {
            return value(notification, dialect: .slack, mentions: mentions, now: now, console: console)
        }
        let facts = MessageFacts(notification, now: now, console: console)
        let mention = facts.isCall ? mention(facts.severity, mentions) : ""
        return BlockKitMessage.reply(facts, mention: mention, SlackMarkup(dialect: .slack), id: notification.id)
    }

    /// The operator's words for this severity, sent unescaped.
    private static func mention(_ severity: Severity, _ mentions: [Severity: String]) -> String {
        mentions[severity].map { String($0.prefix(300)) } ?? ""
    }
}
