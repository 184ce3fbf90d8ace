import Findings
import FoundationEssentials
import Routing

/// The one shape that every Slack-compatible receiver renders: a text and one attachment.
///
/// Mattermost and Rocket.Chat ignore blocks, Zulip drops `text` once an attachment renders, so the headline stands in
/// both. Discord refuses an embed of more than 6,000 characters, a title of more than 256 and a field of more than 1,024
/// (Discord developer documentation, "Embed limits"); the whole stays below 5,500 there. A list of alerts may be longer for
/// the others, of which Zulip takes the least, 10,000 characters in all.
enum AttachmentMessage {
    private enum Budget {
        static let summary = 400
        static let title = 250
        static let body = 1700
        static let field = 140
        static let link = 600
        static let footer = 300
        static let introduction = 400
        static func listing(_ dialect: SlackSettings.Dialect) -> Int { dialect == .discord ? 2000 : 5500 }
        static let itemLink = 300
    }

    static func render(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup, at received: Date) -> JSONValue {
        let link = ShownLink(facts.url, limit: Budget.link)
        var body = facts.description
        if facts.remediation.isEmpty == false { body += "\n\nHow to fix it: \(facts.remediation)" }
        var fields = facts.fields.prefix(facts.page == nil ? 9 : 8).map { field($0, markup, limit: Budget.field) }
        if let url = ShownLink(facts.remediationURL, limit: Budget.link) {
            fields.append(["title": "How to fix it", "value": .string(markup.address(url)), "short": false])
        }
        if let page = facts.page {
            fields.append(["title": "Why did I get this?", "value": .string(markup.address(page)), "short": false])
        }
        return message(
            summary: facts.summary(Budget.summary, fit: markup.fit),
            mention: mention,
            attachment: [
                "color": .string(facts.colour),
                "title": .string(title("\(facts.severityWords): \(facts.title)", markup)),
                "title_link": link.map { .string(markup.address($0)) },
                "text": .string(markup.fit(body, Budget.body)),
                "fields": .array(fields),
                "footer": .string(footer(facts, markup)),
                "ts": .integer(Int(received.timeIntervalSince1970)),
            ]
        )
    }

    /// Several alerts: the headline, and a list of them in the place of the description.
    static func render(_ bundle: BundleFacts, mention: String, _ markup: SlackMarkup, at received: Date) -> JSONValue {
        var fields = bundle.tallies.map { field($0, markup, limit: Budget.field) }
        if let oldest = bundle.oldest {
            let words = brief(oldest, markup).split(separator: "\n").joined(separator: " · ")
            fields.append(["title": "Open longest", "value": .string(words), "short": false])
        }
        let (items, left) = bundle.listing(
            Budget.listing(markup.dialect),
            forms: [
                { full($0, markup, resource: 120) }, { full($0, markup, resource: 0) },
                { brief($0, markup) + why($0, markup) }, { brief($0, markup) },
            ],
            size: \.utf16.count
        )
        let introduction = markup.fit(bundle.introduction.joined(separator: " "), Budget.introduction)
        let body = ([introduction] + items + [BundleFacts.unlisted(left)]).filter { $0.isEmpty == false }
        return message(
            summary: bundle.summary(500, fit: markup.fit),
            mention: mention,
            attachment: [
                "color": .string(bundle.colour),
                "title": .string(title(bundle.headline, markup)),
                "text": .string(body.joined(separator: "\n\n")),
                "fields": .array(fields),
                "footer": .string(footer(bundle.facts, markup)),
                "ts": .integer(Int(received.timeIntervalSince1970)),
            ]
        )
    }

    private static func message(
        summary: String,
        mention: String,
        attachment: KeyValuePairs<String, JSONValue?>
    ) -> JSONValue {
        guard case .object(let members) = JSONValue.compact(attachment) else { return .null }
        return [
            "text": .string(mention.isEmpty ? summary : "\(mention) \(summary)"),
            "attachments": [.object([.init("fallback", .string(summary))] + members)],
        ]
    }

    private static func field(_ field: MessageFacts.Field, _ markup: SlackMarkup, limit: Int) -> JSONValue {
        [
            "title": .string(field.name), "value": .string(markup.fit(field.value, limit)),
            "short": .bool(field.value.count <= 30),
        ]
    }

    private static func footer(_ facts: MessageFacts, _ markup: SlackMarkup) -> String {
        let words = (facts.notes + [facts.rule]).joined(separator: " · ")
        // Zulip makes a paragraph of it, the others show it as it is.
        return markup.dialect == .zulip
            ? markup.fit(words, Budget.footer) : markup.fitPlain(words, Budget.footer)
    }

    /// Rocket.Chat shows it as it is, the others read it like any text.
    private static func title(_ title: String, _ markup: SlackMarkup) -> String {
        markup.dialect == .rocketchat
            ? markup.fitPlain(title, Budget.title) : markup.fit(title, Budget.title)
    }

    /// The link stands bare, since not every receiver knows Slack's way to label one.
    private static func full(_ item: BundleFacts.Item, _ markup: SlackMarkup, resource: Int) -> String {
        let words = "\(item.severityWords): \(markup.fit(item.title, 160))"
        let place = item.place(resource: resource, fit: markup.fit)
        let link = ShownLink(item.url, limit: Budget.itemLink).map { "\n\(markup.address($0))" } ?? ""
        return "\(words)\n\(place)\(link)\(why(item, markup))"
    }

    private static func why(_ item: BundleFacts.Item, _ markup: SlackMarkup) -> String {
        item.page.map { "\nWhy: \(markup.address($0))" } ?? ""
    }

    private static func brief(_ item: BundleFacts.Item, _ markup: SlackMarkup) -> String {
        "\(item.severityWords): \(markup.fit(item.title, 100))\n\(item.place(resource: 0, fit: markup.fit))"
    }
}
