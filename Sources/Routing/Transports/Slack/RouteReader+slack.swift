import Findings

private typealias Key = SlackSettings.Key

extension RouteReader {
    /// Reads a Slack destination: an incoming webhook, or a bot.
    mutating func slackSettings(_ fields: Fields) -> SlackSettings? {
        let dialect = word(fields[Key.dialect], "\"dialect\"", SlackSettings.Dialect.self)
        var mentions: [Severity: String] = [:]
        if let node = fields[Key.mentions], let entries = entries(of: node, "\"mentions\"") {
            for entry in entries {
                guard let severity = mentionSeverity(entry) else { continue }
                guard mentions[severity] == nil else {
                    note(.error, at: entry.keyOffset, entry.node.pointer, "\"mentions\" gives \(severity.label) twice")
                    continue
                }
                mentions[severity] = plainText(entry.node, "a mention")
            }
        }
        switch access(fields) {
        case .webhook(let url): return SlackSettings(url: url, dialect: dialect ?? .slack, mentions: mentions)
        case .bot(let bot): return SlackSettings(bot: bot, mentions: mentions)
        case nil: return nil
        }
    }

    private mutating func mentionSeverity(_ entry: Entry) -> Severity? {
        if let severity = Severity(label: entry.key) { return severity }
        let labels = Severity.allCases.map(\.label)
        note(
            .error,
            at: entry.keyOffset,
            entry.node.pointer,
            "the keys of \"mentions\" must be \(RouteReader.oneOf(labels)), found \(RouteReader.quoted(entry.key))",
            suggestion: nearest(entry.key, among: labels)
        )
        return nil
    }

    private mutating func access(_ fields: Fields) -> SlackSettings.Access? {
        guard let token = fields[Key.token] else { return webhook(fields) }
        for key in [Key.url, .dialect] {
            guard let node = fields[key] else { continue }
            error(node, "a slack destination has either \"url\" and \"dialect\" or \"token\" and \"channel\", not both")
            return nil
        }
        let reference = secret(token, "\"token\"")
        let channel = channel(fields)
        let api = api(fields[Key.api])
        guard let reference, let channel, let api else { return nil }
        return .bot(SlackBot(token: reference, channel: channel, api: api))
    }

    private mutating func webhook(_ fields: Fields) -> SlackSettings.Access? {
        guard let url = fields[Key.url] else {
            error(
                fields.node,
                "a slack destination needs the key \"url\" (an incoming webhook), or \"token\" and \"channel\" (a bot)"
            )
            return nil
        }
        for key in [Key.channel, .api] {
            guard let node = fields[key] else { continue }
            error(
                node,
                "\"\(key.rawValue)\" goes with \"token\": the channel of an incoming webhook is that of its \"url\""
            )
        }
        return secret(url, "\"url\"").map { .webhook(url: $0) }
    }

    private mutating func channel(_ fields: Fields) -> String? {
        guard let node = fields[Key.channel] else {
            error(fields.node, "a slack destination with \"token\" needs the key \"channel\"")
            return nil
        }
        guard let text = string(node, "\"channel\"", expected: "the id of a channel") else { return nil }
        guard SlackBot.isChannel(text) else {
            error(
                node,
                "\"channel\" must be the id of a channel such as C0123ABCD, which Slack shows in the channel's details, "
                    + "found \(RouteReader.quoted(text))"
            )
            return nil
        }
        return text
    }

    private mutating func api(_ node: Node?) -> String? {
        guard let node else { return SlackBot.slack }
        guard var text = string(node, "\"api\"", expected: "the address of a Web API") else { return nil }
        guard SlackBot.isAPI(text) else {
            error(
                node,
                "\"api\" must be an https address such as \(SlackBot.slack) without user, query and fragment, or an http "
                    + "address of this machine"
            )
            return nil
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
