import Findings

private typealias Key = WebhookSettings.Key

extension RouteReader {
    mutating func webhookSettings(_ fields: Fields) -> WebhookSettings? {
        let url = secret(fields[Key.url], "\"url\"")
        let secret = secret(fields[Key.secret], "\"secret\"")
        let headers = fields[Key.headers].map { self.headers($0) } ?? []
        return url.map { WebhookSettings(url: $0, secret: secret, headers: headers) }
    }
}
