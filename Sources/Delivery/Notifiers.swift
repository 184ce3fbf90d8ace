package import CurlClient
package import FoundationEssentials
package import Routing
package import Triage

/// The notifier of every type of destination.
package struct Notifiers: Notifier {
    private let slack: SlackNotifier
    private let email: EmailNotifier
    private let webhook: WebhookNotifier
    let console: PublicAddress?

    /// - Parameters:
    ///   - http: Speaks with webhooks and Web APIs.
    ///   - smtp: Speaks with mail relays.
    ///   - secrets: Where URLs, tokens and passwords are read, anew for every attempt.
    ///   - console: Where people reach the console; without it messages do not link there.
    package init(http: HTTPClient, smtp: SMTPClient, secrets: SecretSource, console: PublicAddress? = nil) {
        self.console = console
        slack = SlackNotifier(client: http, secrets: secrets, console: console)
        email = EmailNotifier(client: smtp, secrets: secrets, console: console)
        webhook = WebhookNotifier(client: http, secrets: secrets, console: console)
    }

    package func deliver(_ notification: Notification, to destination: Destination, now: Date) async -> Outcome {
        switch destination.transport {
        case .slack(let settings): await slack.deliver(notification, by: settings, to: destination, now: now)
        case .email(let settings): await email.deliver(notification, by: settings, to: destination, now: now)
        case .webhook(let settings): await webhook.deliver(notification, by: settings, to: destination, now: now)
        }
    }
}
