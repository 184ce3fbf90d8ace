import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// The messages of one conversation in a channel: the first is posted, and a later one brings it up to date and replies below
/// it.
///
/// One outcome for two calls: the update comes first, since it can be repeated without harm, and the reply only follows
/// when the update went through. So whatever fails, the whole is tried again, and a reply stands twice only when its answer
/// was lost. A first message that is gone or can be changed no more is replaced by a new one, which the conversation goes on
/// from.
///
/// In the conversation of a group a message tells what changed and not all that is, so it replies in full and leaves the
/// first one, which may speak of other alerts.
struct SlackConversation {
    let api: SlackWebAPI
    /// By severity; the operator's words, sent unescaped.
    let mentions: [Severity: String]
    let console: PublicAddress?

    func deliver(_ notification: Notification, now: Date) async -> Outcome {
        guard let posted = notification.posted, isHere(posted) else { return await open(notification, now) }
        if notification.isAboutOneAlert {
            let (outcome, answer) = await update(posted, notification, now)
            if answer?.isLost == true { return await open(notification, now) }
            guard outcome.verdict == .delivered else { return explained(outcome, "the first message was not updated") }
        }
        let (outcome, answer) = await reply(to: posted, notification, now)
        if answer?.isLost == true { return await open(notification, now) }
        return outcome.verdict == .delivered ? outcome : explained(outcome, "the reply in the thread")
    }

    /// Whether it stands in the channel of the destination, which may have been edited since. A direct message is addressed by
    /// the id of a user and stands in a channel of another id.
    private func isHere(_ posted: Notification.Posted) -> Bool {
        posted.channel == api.bot.channel || (api.bot.channel.hasPrefix("U") && posted.channel.hasPrefix("D"))
    }

    private func open(_ notification: Notification, _ now: Date) async -> Outcome {
        let message = SlackMessage.value(
            notification,
            dialect: .slack,
            mentions: mentions,
            now: now,
            console: console
        )
        var (outcome, answer) = await api.call(.postMessage, posting(api.bot.channel), message, now: now)
        outcome.evidence.posted = answer?.posted
        return outcome
    }

    private func reply(to posted: Notification.Posted, _ notification: Notification, _ now: Date) async
        -> (Outcome, SlackReply.Answer?)
    {
        let arguments =
            posting(posted.channel) + [
                .init("thread_ts", .string(posted.timestamp)),
                .init("reply_broadcast", .bool(notification.isBroadcast)),
            ]
        let message =
            notification.isAboutOneAlert
            ? SlackMessage.reply(notification, mentions: mentions, now: now, console: console)
            : SlackMessage.value(notification, dialect: .slack, mentions: mentions, now: now, console: console)
        return await api.call(.postMessage, arguments, message, now: now)
    }

    private func update(_ posted: Notification.Posted, _ notification: Notification, _ now: Date) async
        -> (Outcome, SlackReply.Answer?)
    {
        // Nobody is called by an edit.
        var message = SlackMessage.value(notification, dialect: .slack, mentions: [:], now: now, console: console)
        if notification.isMinimal, case .object(let members) = message {
            // What an update does not name stays as it was.
            message = .object(members + [.init("blocks", []), .init("attachments", [])])
        }
        let arguments: [JSONValue.Member] = [
            .init("channel", .string(posted.channel)), .init("ts", .string(posted.timestamp)),
        ]
        var (outcome, answer) = await api.call(.update, arguments, message, now: now)
        // Doing it again does no harm, so the reader need not be warned of a repeat.
        if outcome.verdict == .uncertain { outcome.verdict = .destinationFailed(retryAfter: nil) }
        return (outcome, answer)
    }

    /// Links in a message are shown as they are, without what stands behind them.
    private func posting(_ channel: String) -> [JSONValue.Member] {
        [
            .init("channel", .string(channel)), .init("unfurl_links", .bool(false)),
            .init("unfurl_media", .bool(false)),
        ]
    }

    private func explained(_ outcome: Outcome, _ what: String) -> Outcome {
        var outcome = outcome
        outcome.evidence.detail = outcome.evidence.detail.map { "\(what): \($0)" }
        return outcome
    }
}

extension Notification {
    /// Whether all messages of the conversation are about the same alert. The thread of an alert's life begins with an `a`, that
    /// of a group with a `g`; a message of a group may speak of one alert alone.
    fileprivate var isAboutOneAlert: Bool { content.bundle == nil && content.thread.hasPrefix("a") }

    /// Whether a reply is shown in the channel too: when something is new, or worse than what was said before.
    fileprivate var isBroadcast: Bool {
        let news: Set<Transition> = [.opened, .raised, .reopened, .updated]
        guard let bundle = content.bundle else { return news.contains(content.transition) }
        return bundle.items.contains { news.contains($0.transition) }
    }
}
