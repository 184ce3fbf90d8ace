/// A generic webhook, signed by the Standard Webhooks scheme when it has a secret.
package struct WebhookSettings: TransportSettings {
    package static let transport = TransportType(
        "webhook",
        subject: "a webhook destination",
        keys: Key.self,
        required: [.url],
        defaults: .init(concurrency: 8, timeout: .seconds(15)),
        read: { reader, fields, _ in reader.webhookSettings(fields).map { .webhook($0) } }
    )

    enum Key: String, CaseIterable {
        case url, secret, headers
    }

    package var url: SecretReference
    package var secret: SecretReference?
    /// Headers sent with every message, each a literal or a secret.
    package var headers: [Header]

    package init(url: SecretReference, secret: SecretReference? = nil, headers: [Header] = []) {
        self.url = url
        self.secret = secret
        self.headers = headers
    }

    package var secrets: [SecretReference] {
        [url] + [secret].compactMap { $0 }
            + headers.compactMap { header in
                guard case .secret(let reference) = header.value else { return nil }
                return reference
            }
    }

    package var resource: LaneResource { .url(url) }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: HeaderValue

        package init(name: String, value: HeaderValue) {
            self.name = name
            self.value = value
        }
    }

    package enum HeaderValue: Sendable, Hashable {
        case literal(String)
        case secret(SecretReference)
    }
}
