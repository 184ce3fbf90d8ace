/// A generic webhook, signed by the Standard Webhooks scheme when it has a secret.
package struct WebhookSettings: Sendable, Hashable {
    package var url: SecretReference
    package var secret: SecretReference?
    /// Headers sent with every message, each a literal or a secret.
    package var headers: [Header]

    package init(url: SecretReference, secret: SecretReference? = nil, headers: [Header] = []) {
        self.url = url
        self.secret = secret
        self.headers = headers
    }

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
