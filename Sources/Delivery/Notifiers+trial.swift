import Findings
package import FoundationEssentials
package import Routing
package import Store
package import Triage

extension Notifiers: MessageTrial {
    package func rendered(_ notification: Notification, for destination: Destination, now: Date) -> RenderedMessage {
        switch destination.transport {
        case .slack(let settings):
            // A bot posts the same message, in a conversation of its own.
            return .slack(SlackMessage.render(notification, for: settings, now: now, console: console))
        case .webhook:
            return .webhook(WebhookMessage.render(notification, now: now, console: console))
        case .email(let settings):
            let facts = MailFacts(notification, destination: destination.name, now: now, console: console)
            let recipient = notification.recipient ?? ""
            return .mail(
                RenderedMessage.Mail(
                    from: settings.from,
                    to: recipient,
                    subject: facts.subject,
                    text: notification.isMinimal ? facts.minimalText : facts.plainText,
                    html: notification.isMinimal ? nil : facts.html,
                    size: size(notification, settings, recipient, destination, now)
                )
            )
        }
    }

    /// Bytes of the mail; 0 when an address in it is none, which the attempt would say.
    private func size(
        _ notification: Notification,
        _ settings: EmailSettings,
        _ recipient: String,
        _ destination: Destination,
        _ now: Date
    ) -> Int {
        do {
            var generator: any RandomNumberGenerator = SystemRandomNumberGenerator()
            return EmailMessage(
                notification,
                destination: destination.name,
                from: try MailAddress(settings.from),
                to: try MailAddress(recipient),
                now: now,
                console: console,
                using: &generator
            ).bytes.count
        } catch {
            return 0
        }
    }

    package func attempt(_ notification: Notification, to destination: Destination, now: Date) async -> Attempt {
        let started = ContinuousClock.now
        let outcome = await deliver(notification, to: destination, now: now)
        let took = started.duration(to: .now)
        return Attempt(notification, outcome, startedAt: now, finishedAt: now.addingTimeInterval(took.seconds))
    }
}
