import Findings

/// Block Kit, for Slack itself.
///
/// The headline is a header block; everything else stands in one attachment, because only attachments carry a colour.
/// What is not ours stands in `rich_text`, or in `plain_text` with `emoji: false`: in `mrkdwn` the asterisks of a policy
/// vanish and `:secret:` in an ARN becomes an emoji. Only the operator's mentions are `mrkdwn`.
enum BlockKitMessage {
    static func render(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup, id: String) -> JSONValue {
        let headline = "\(facts.severityWords): \(facts.title)"
        var details: [JSONValue?] = []
        if headline.utf16.count > BlockKitLimit.header {
            var title = RichText()
            title.add(ShownText.fit(facts.title, BlockKitLimit.title), isBold: true)
            details.append(title.block)
        }
        details.append(fields(facts.fields))
        details.append(section(facts.description, BlockKitLimit.description))
        if facts.remediation.isEmpty == false {
            var text = RichText()
            text.add("How to fix it", isBold: true)
            text.add("\n" + ShownText.fit(facts.remediation, BlockKitLimit.remediation))
            details.append(text.block)
        }
        details.append(links(facts))
        details.append(context(facts, id: id))
        return message(
            summary: facts.summary(BlockKitLimit.summary, fit: markup.fit),
            headline: ShownText.fit(headline, BlockKitLimit.header),
            mention: mention,
            colour: facts.colour,
            details: details.compactMap(\.self)
        )
    }

    /// What has changed about an alert whose message stands above.
    static func reply(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup, id: String) -> JSONValue {
        let summary = facts.summary(BlockKitLimit.summary, fit: markup.fit)
        let place =
            [facts.account, facts.region].map { ShownText.fit($0, 120) } + [facts.life].filter { $0.isEmpty == false }
        var words = RichText()
        words.add(facts.severityWords, isBold: true)
        words.add("  \(ShownText.fit(facts.title, 300))\n\(place.joined(separator: " · "))")
        if let page = facts.page {
            words.add("  ·  ")
            words.add(page, why)
        }
        let call = mention.isEmpty ? "" : "\(mention) "
        return [
            "text": .string(call + summary),
            "blocks": .array([self.mention(mention), words.block].compactMap(\.self)),
            "attachments": [
                [
                    "color": .string(facts.colour), "fallback": .string(summary), "blocks": [context(facts, id: id)],
                ]
            ],
        ]
    }

    /// The frame of every message: the mention and the headline, and the details behind a bar of colour.
    ///
    /// `text` and `fallback` are what notifications and screen readers tell, and are always read as `mrkdwn`; there it is
    /// ``SlackMarkup`` that keeps the words whole.
    static func message(
        summary: String,
        headline: String,
        mention: String,
        colour: String,
        details: [JSONValue]
    ) -> JSONValue {
        let header: JSONValue = ["type": "header", "text": plain(headline)]
        return [
            "text": .string(mention.isEmpty ? summary : "\(mention) \(summary)"),
            "blocks": .array([self.mention(mention), header].compactMap(\.self)),
            "attachments": [["color": .string(colour), "fallback": .string(summary), "blocks": .array(details)]],
        ]
    }

    /// The operator's own words, alive.
    private static func mention(_ mention: String) -> JSONValue? {
        guard mention.isEmpty == false else { return nil }
        return ["type": "section", "text": ["type": "mrkdwn", "text": .string(mention)]]
    }

    private static func plain(_ text: String) -> JSONValue {
        ["type": "plain_text", "text": .string(text), "emoji": false]
    }

    /// A paragraph; `nil` when there is nothing to say.
    static func section(_ words: String, _ limit: Int) -> JSONValue? {
        words.isEmpty ? nil : ["type": "section", "text": plain(ShownText.fit(words, limit))]
    }

    /// A line for each: the name and the value.
    static func fields(_ fields: [MessageFacts.Field]) -> JSONValue? {
        var text = RichText()
        for (index, field) in fields.prefix(12).enumerated() {
            text.add((index > 0 ? "\n" : "") + field.name, isBold: true)
            text.add("  \(ShownText.fit(field.value, BlockKitLimit.field))")
        }
        return text.block
    }

    /// What leads to the page that answers it.
    static let why = "Why did I get this?"

    private static func links(_ facts: MessageFacts) -> JSONValue? {
        var text = RichText()
        for (address, label) in [(facts.url, "Open the finding"), (facts.remediationURL, "How to fix it")] {
            guard let link = ShownLink(address, limit: BlockKitLimit.link) else { continue }
            if text.size > 0 { text.add("  ·  ") }
            text.add(link, label)
        }
        if let page = facts.page {
            if text.size > 0 { text.add("  ·  ") }
            text.add(page, why)
        }
        return text.block
    }

    /// What there is to know about the delivery, in small print.
    static func context(_ facts: MessageFacts, id: String) -> JSONValue {
        let notes = facts.notes.map { "*\($0)*" }.joined(separator: "  ·  ")
        let notesText: JSONValue? = notes.isEmpty ? nil : ["type": "mrkdwn", "text": .string(notes), "verbatim": true]
        let rule = plain("\(ShownText.fit(facts.rule, BlockKitLimit.rule))  ·  Noroshi \(id)")
        return ["type": "context", "elements": .array([notesText, rule].compactMap(\.self))]
    }
}
