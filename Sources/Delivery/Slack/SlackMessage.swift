import Findings
package import FoundationEssentials
package import Routing
package import Store

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
    /// - Returns: UTF-8 JSON within every limit of the dialect.
    package static func render(_ notification: Notification, for settings: SlackSettings, now: Date) -> [UInt8] {
        let facts = MessageFacts(notification, now: now)
        let markup = SlackMarkup(dialect: settings.dialect)
        guard notification.isMinimal == false else { return PlainSlackMessage.minimal(facts, markup).bytes }
        let mention = mention(facts, settings)
        return switch settings.dialect {
        case .slack: BlockKitMessage.render(facts, mention: mention, markup, id: notification.id).bytes
        case .mattermost, .rocketchat, .zulip, .discord:
            AttachmentMessage.render(facts, mention: mention, markup, at: notification.content.receivedAt).bytes
        case .plain: PlainSlackMessage.full(facts, mention: mention, markup).bytes
        }
    }

    /// The operator's words for this severity, sent unescaped. What is resolved wakes nobody.
    private static func mention(_ facts: MessageFacts, _ settings: SlackSettings) -> String {
        guard facts.transition != .resolved, let words = settings.mentions[facts.severity] else { return "" }
        return String(words.prefix(300))
    }
}
