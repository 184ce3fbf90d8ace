package import CurlClient
package import FoundationEssentials
package import Routing
package import Store

/// Posts to Slack-compatible incoming webhooks.
package struct SlackNotifier: Notifier {
    private let attempt: HTTPAttempt

    package init(client: HTTPClient, secrets: SecretSource) {
        attempt = HTTPAttempt(client: client, secrets: secrets)
    }

    package func deliver(_ notification: Notification, to destination: Destination, now: Date) async -> Outcome {
        guard case .slack(let settings) = destination.transport else {
            return HTTPAttempt.unusable("the destination is no Slack webhook")
        }
        let url: WebURL
        switch attempt.url(settings.url) {
        case .success(let found): url = found
        case .failure(let error): return HTTPAttempt.unusable(error.reason)
        }
        return await attempt.send(
            SlackMessage.render(notification, for: settings, now: now),
            to: url,
            headers: [("Content-Type", "application/json; charset=utf-8")],
            for: destination,
            redaction: Redaction(url: url),
            judge: { SlackReply.verdict($0, now: now) }
        )
    }
}
