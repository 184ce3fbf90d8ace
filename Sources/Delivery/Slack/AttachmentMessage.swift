import Findings
import FoundationEssentials

/// The one shape that every Slack-compatible receiver renders: a text and one attachment.
///
/// Mattermost and Rocket.Chat ignore blocks, Zulip drops `text` once an attachment renders, so the headline stands in
/// both. Discord refuses an embed of more than 6,000 characters, a title of more than 256 and a field of more than 1,024
/// (Discord developer documentation, "Embed limits"); the whole stays below 5,500.
enum AttachmentMessage {
    private enum Budget {
        static let summary = 400
        static let title = 250
        static let body = 1700
        static let field = 140
        static let link = 600
        static let footer = 300
    }

    static func render(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup, at received: Date) -> JSONValue {
        let summary = facts.summary(Budget.summary, escape: markup.escape)
        let link = ShownLink(facts.url, limit: Budget.link)
        var body = facts.description
        if facts.remediation.isEmpty == false { body += "\n\nHow to fix it: \(facts.remediation)" }
        var fields = facts.fields.prefix(9).map { field in
            JSONValue.object([
                .init("title", .string(field.name)),
                .init("value", .string(markup.fit(field.value, Budget.field))),
                .init("short", .bool(field.value.count <= 30)),
            ])
        }
        if let url = ShownLink(facts.remediationURL, limit: Budget.link) {
            fields.append(["title": "How to fix it", "value": .string(url.url), "short": false])
        }
        let attachment = JSONValue.compact([
            "fallback": .string(summary),
            "color": .string(facts.colour),
            "title": .string(markup.fit("\(facts.severityWords): \(facts.title)", Budget.title)),
            "title_link": link.map { .string($0.url) },
            "text": .string(markup.fit(body, Budget.body)),
            "fields": .array(fields),
            "footer": .string(markup.fit((facts.notes + [facts.rule]).joined(separator: " · "), Budget.footer)),
            "ts": .integer(Int(received.timeIntervalSince1970)),
        ])
        return ["text": .string(mention.isEmpty ? summary : "\(mention) \(summary)"), "attachments": [attachment]]
    }
}
