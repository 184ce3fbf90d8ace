extension Destination {
    /// Every secret that sending to this destination needs.
    package var secretReferences: [SecretReference] {
        switch transport {
        case .slack(let slack): [slack.secret]
        case .email(let email): [email.username, email.password].compactMap { $0 }
        case .webhook(let webhook):
            [webhook.url] + [webhook.secret].compactMap { $0 }
                + webhook.headers.compactMap { header in
                    guard case .secret(let reference) = header.value else { return nil }
                    return reference
                }
        }
    }
}
