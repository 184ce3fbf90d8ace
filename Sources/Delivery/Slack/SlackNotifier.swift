import CurlClient
import FoundationEssentials
import Routing
import Store
import Triage

/// Posts to Slack-compatible incoming webhooks, and to Slack as a bot.
struct SlackNotifier: TransportNotifier {
    private let attempt: HTTPAttempt
    private let console: PublicAddress?
    private let unknownWords = UnknownWords()

    init(client: HTTPClient, secrets: SecretSource, console: PublicAddress?) {
        self.console = console
        attempt = HTTPAttempt(client: client, secrets: secrets)
    }

    func deliver(_ notification: Notification, by settings: SlackSettings, to destination: Destination, now: Date) async
        -> Outcome
    {
        do throws(UnusableDestination) {
            switch settings.access {
            case .webhook(let url):
                return await post(notification, settings, to: try attempt.url(url), destination, now)
            case .bot(let bot):
                let api = SlackWebAPI(
                    attempt: attempt,
                    bot: bot,
                    token: try attempt.secret(bot.token),
                    destination: destination,
                    weigh: { unknownWords.weighed($0, of: notification) }
                )
                return await SlackConversation(api: api, mentions: settings.mentions, console: console)
                    .deliver(notification, now: now)
            }
        } catch {
            return .unusable(error.reason)
        }
    }

    private func post(
        _ notification: Notification,
        _ settings: SlackSettings,
        to url: WebURL,
        _ destination: Destination,
        _ now: Date
    ) async -> Outcome {
        await attempt.send(
            SlackMessage.render(notification, for: settings, now: now, console: console),
            to: url,
            headers: [("Content-Type", "application/json; charset=utf-8")],
            for: destination,
            redaction: attempt.known.redaction(of: destination.name, url: url, others: []),
            judge: { unknownWords.weighed(SlackReply.verdict($0, now: now), of: notification) }
        )
    }
}
