import Routing

/// How text that is not ours is written for a Slack-compatible receiver, so that none of it is markup.
struct SlackMarkup {
    let dialect: SlackSettings.Dialect

    /// Escapes `&`, `<` and `>` and nothing else (docs.slack.dev, "Formatting message text", "Escaping text").
    ///
    /// Off Slack more is alive: Mattermost, Discord and Zulip act on a literal `@channel`, and Markdown's `](` turns a
    /// label of the attacker's choice into a link or loads an image. A zero-width space breaks each. Zulip shows
    /// entities as they are (zerver/webhooks/slack_incoming), so there `<` is broken in the same way.
    ///
    /// The result for a text is that for its characters one by one, so that ``ShownText/fit(_:_:escape:)`` can cut it.
    func escape(_ text: String) -> String {
        guard text.utf8.contains(where: SlackMarkup.isSpecial) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&" where dialect != .zulip: out += "&amp;"
            case "<": out += dialect == .zulip ? "<\u{200B}" : "&lt;"
            case ">": out += dialect == .zulip ? ">" : "&gt;"
            case "@" where dialect != .slack: out += "@\u{200B}"
            case "]" where dialect != .slack: out += "]\u{200B}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: "]"): true
        default: false
        }
    }

    /// Cut to `limit` UTF-16 units after escaping.
    func fit(_ text: String, _ limit: Int) -> String { ShownText.fit(text, limit, escape: escape) }

    /// `<url|label>`; the label is ours and holds no `|`.
    func link(_ link: ShownLink, _ label: String) -> String {
        "<\(link.url.split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;"))|\(label)>"
    }
}
