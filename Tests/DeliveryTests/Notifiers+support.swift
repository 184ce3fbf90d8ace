import CurlClient
import Delivery
import Routing

extension Notifiers {
    init(http: HTTPClient, secrets: SecretSource) { self.init(http: http, smtp: SMTPClient(), secrets: secrets) }

    init(smtp: SMTPClient, secrets: SecretSource) { self.init(http: HTTPClient(), smtp: smtp, secrets: secrets) }
}
