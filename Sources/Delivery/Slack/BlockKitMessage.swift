import Findings

/// Block Kit, for Slack itself.
///
/// The headline is a header block; everything else stands in one attachment, because only attachments carry a colour.
/// Limits (docs.slack.dev, "Reference: blocks"): 50 blocks, header 150, section text 3,000, 10 fields of 2,000, context
/// 10 elements. All blocks together fail from about 13,200 characters (slackapi/bolt-js issue 2509), so each part has a
/// budget, and the budgets add up to less than 12,000.
enum BlockKitMessage {
    private enum Budget {
        static let summary = 600
        static let header = 150
        static let title = 800
        static let field = 280
        static let description = 2600
        static let remediation = 500
        static let link = 1200
        static let context = 600
    }

    static func render(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup, id: String) -> JSONValue {
        let headline = "\(facts.severityWords): \(facts.title)"
        var details: [JSONValue] = []
        if markup.escape(headline).utf16.count > Budget.header {
            details.append(section("*\(markup.fit(unstarred(facts.title), Budget.title))*"))
        }
        details.append(fields(facts.fields, markup))
        if facts.description.isEmpty == false {
            details.append(section(markup.fit(facts.description, Budget.description)))
        }
        if facts.remediation.isEmpty == false {
            details.append(section("*How to fix it*\n\(markup.fit(facts.remediation, Budget.remediation))"))
        }
        if let links = links(facts, markup) { details.append(section(links)) }
        details.append(context(facts, markup, id: id))
        return message(
            summary: facts.summary(Budget.summary, escape: markup.escape),
            headline: markup.fit(headline, Budget.header),
            mention: mention,
            colour: facts.colour,
            details: details
        )
    }

    /// What has changed about an alert whose message stands above.
    static func reply(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup, id: String) -> JSONValue {
        let summary = facts.summary(Budget.summary, escape: markup.escape)
        let place =
            [facts.account, facts.region].map { markup.fit($0, 120) } + [facts.life].filter { $0.isEmpty == false }
        let words = "*\(facts.severityWords)*  \(markup.fit(facts.title, 300))\n\(place.joined(separator: " · "))"
        let call = mention.isEmpty ? "" : "\(mention) "
        return [
            "text": .string(call + summary),
            "blocks": [section(call + words)],
            "attachments": [
                [
                    "color": .string(facts.colour), "fallback": .string(summary),
                    "blocks": [context(facts, markup, id: id)],
                ]
            ],
        ]
    }

    /// The frame of every message: the mention and the headline, and the details behind a bar of colour.
    static func message(
        summary: String,
        headline: String,
        mention: String,
        colour: String,
        details: [JSONValue]
    ) -> JSONValue {
        var blocks: [JSONValue] = []
        if mention.isEmpty == false {
            blocks.append(["type": "section", "text": ["type": "mrkdwn", "text": .string(mention)]])
        }
        blocks.append([
            "type": "header", "text": ["type": "plain_text", "text": .string(headline), "emoji": false],
        ])
        return [
            "text": .string(mention.isEmpty ? summary : "\(mention) \(summary)"),
            "blocks": .array(blocks),
            "attachments": [["color": .string(colour), "fallback": .string(summary), "blocks": .array(details)]],
        ]
    }

    /// `verbatim` keeps Slack from making links and mentions out of plain words; what is written as markup still is.
    private static func text(_ text: String) -> JSONValue {
        ["type": "mrkdwn", "text": .string(text), "verbatim": true]
    }

    static func section(_ words: String) -> JSONValue { ["type": "section", "text": text(words)] }

    /// Names over values, two in a row; at least one.
    static func fields(_ fields: [MessageFacts.Field], _ markup: SlackMarkup) -> JSONValue {
        [
            "type": "section",
            "fields": .array(
                fields.prefix(10).map { text("*\($0.name)*\n\(markup.fit($0.value, Budget.field))") }
            ),
        ]
    }

    private static func unstarred(_ title: String) -> String { title.filter { $0 != "*" } }

    private static func links(_ facts: MessageFacts, _ markup: SlackMarkup) -> String? {
        var links: [String] = []
        if let url = ShownLink(facts.url, limit: Budget.link) { links.append(markup.link(url, "Open the finding")) }
        if let url = ShownLink(facts.remediationURL, limit: Budget.link) {
            links.append(markup.link(url, "How to fix it"))
        }
        return links.isEmpty ? nil : links.joined(separator: "  ·  ")
    }

    /// What there is to know about the delivery, in small print.
    static func context(_ facts: MessageFacts, _ markup: SlackMarkup, id: String) -> JSONValue {
        let notes = facts.notes.map { "*\($0)*" }
        let words = notes + [markup.fit(facts.rule, Budget.context - 340), "Noroshi \(id)"]
        return ["type": "context", "elements": [text(words.joined(separator: "  ·  "))]]
    }
}
