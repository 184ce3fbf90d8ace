import CurlClient
import FoundationEssentials
import Routing
import Store
import Triage

/// Posts to generic webhooks, signed by the Standard Webhooks scheme when the destination has a secret.
struct WebhookNotifier: TransportNotifier {
    private let attempt: HTTPAttempt
    private let console: PublicAddress?

    init(client: HTTPClient, secrets: SecretSource, console: PublicAddress?) {
        self.console = console
        attempt = HTTPAttempt(client: client, secrets: secrets)
    }

    func deliver(_ notification: Notification, by settings: WebhookSettings, to destination: Destination, now: Date)
        async
        -> Outcome
    {
        let body = WebhookMessage.render(notification, now: now, console: console)
        do throws(UnusableDestination) {
            let url = try attempt.url(settings.url)
            var exposed: [Secret] = []
            var headers = [
                (name: "Content-Type", value: "application/json; charset=utf-8"),
                (name: "webhook-id", value: notification.id),
            ]
            let timestamp = Int(now.timeIntervalSince1970)
            headers.append((name: "webhook-timestamp", value: String(timestamp)))
            if let reference = settings.secret {
                let secret = try attempt.secret(reference)
                exposed.append(secret)
                guard
                    let signature = WebhookSignature.sign(
                        id: notification.id,
                        timestamp: timestamp,
                        body: body,
                        secret: secret
                    )
                else {
                    throw UnusableDestination(
                        reason: "\(reference) is not a signing secret: after whsec_ stands base64"
                    )
                }
                headers.append((name: "webhook-signature", value: signature))
            }
            for header in settings.headers {
                switch header.value {
                case .literal(let value): headers.append((name: header.name, value: value))
                case .secret(let reference):
                    let secret = try attempt.secret(reference)
                    exposed.append(secret)
                    headers.append((name: header.name, value: secret.exposed))
                }
            }
            return await attempt.send(
                body,
                to: url,
                headers: headers,
                for: destination,
                redaction: attempt.known.redaction(of: destination.name, url: url, others: exposed),
                judge: { HTTPVerdict($0, now: now) }
            )
        } catch {
            return .unusable(error.reason)
        }
    }
}
