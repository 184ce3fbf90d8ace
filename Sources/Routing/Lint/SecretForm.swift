/// Texts whose form says that they are secrets.
package enum SecretForm {
    /// What the text looks like, in words; `nil` when it looks like no secret.
    package static func of(_ text: String) -> String? {
        let isURL = text.utf8.contains(UInt8(ascii: ":")) && text.contains("://")
        // What is sent in a header Authorization, whatever it is made of.
        if ["Bearer ", "Basic "].contains(where: { text.hasPrefix($0) && text.utf8.count >= $0.utf8.count + 6 }) {
            return "a token"
        }
        guard isURL || text.utf8.count >= shortest else { return nil }
        for part in text.utf8.split(whereSeparator: separators.contains) where part.count >= shortest {
            for (prefix, length, what) in prefixes where part.count >= length && part.starts(with: prefix.utf8) {
                return what
            }
        }
        if text.contains("hooks.slack.com/services/") || text.contains("hooks.slack.com/workflows/") {
            return "the URL of a Slack webhook"
        }
        if text.contains("discord.com/api/webhooks/") { return "the URL of a Discord webhook" }
        if text.contains("-----BEGIN"), text.contains("PRIVATE KEY") { return "a private key" }
        return isURL && hasPassword(text) ? "a URL with a password" : nil
    }

    private static let separators = Set(" \t\n\r\"'=,;".utf8)
    /// No secret but a password in a URL is shorter.
    private static let shortest = 20

    /// Beginnings that the issuers document, and how long such a secret is at least.
    private static let prefixes = [
        ("AKIA", 20, "the id of an AWS access key"), ("ASIA", 20, "the id of an AWS access key"),
        ("xoxb-", 20, "a Slack token"), ("xoxp-", 20, "a Slack token"), ("xapp-", 20, "a Slack token"),
        ("ghp_", 20, "a GitHub token"), ("github_pat_", 20, "a GitHub token"), ("glpat-", 20, "a GitLab token"),
        ("whsec_", 20, "the secret of a signed webhook"), ("sk_live_", 20, "an API key"),
        ("SG.", 40, "an API key"), ("eyJ", 40, "a token"),
    ]

    /// `scheme://user:password@host`.
    private static func hasPassword(_ text: String) -> Bool {
        let parts = text.components(separatedBy: "://")
        guard parts.count > 1 else { return false }
        return parts.dropFirst().contains { rest in
            let authority = rest.prefix { "/?# ".contains($0) == false }
            guard let at = authority.lastIndex(of: "@") else { return false }
            let user = authority[..<at]
            return user.contains(":") && user.last != ":"
        }
    }
}

extension String {
    /// The parts between the separators.
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return parts + [rest]
    }
}
