import Findings

extension BlockKitMessage {
    /// Several alerts: headline, reason, counts, and a block for each alert that fits.
    ///
    /// At most 20 alerts are listed (`Notification.Bundle.mostItems`), so that there are never more than 30 blocks.
    static func render(_ bundle: BundleFacts, mention: String, _ markup: SlackMarkup, id: String) -> JSONValue {
        var details: [JSONValue?] = []
        details.append(section(bundle.introduction.joined(separator: " "), 700))
        details.append(fields(bundle.tallies))
        let (items, left) = bundle.listing(
            5800,
            forms: [
                { item($0, title: 220, resource: 140, link: 500) },
                { item($0, title: 160, resource: 60, link: 300) },
                { item($0, title: 110, resource: 0, link: 0) },
                { item($0, title: 110, resource: 0, link: 0, tellsWhy: false) },
            ],
            size: \.size
        )
        details += items.map(\.block)
        details.append(section(BundleFacts.unlisted(left), 300))
        if let oldest = bundle.oldest {
            details.append(item(oldest, title: 110, resource: 0, link: 300, heading: "Open longest\n").block)
        }
        details.append(context(bundle.facts, id: id))
        return message(
            summary: bundle.summary(500, fit: markup.fit),
            headline: ShownText.fit(bundle.headline, 150),
            mention: mention,
            colour: bundle.colour,
            details: details.compactMap(\.self)
        )
    }

    private static func item(
        _ item: BundleFacts.Item,
        title: Int,
        resource: Int,
        link limit: Int,
        tellsWhy: Bool = true,
        heading: String = ""
    ) -> RichText {
        var text = RichText()
        text.add(heading + item.severityWords, isBold: true)
        text.add("  \(ShownText.fit(item.title, title))\n\(item.place(resource: resource))")
        if limit > 0, let link = ShownLink(item.url, limit: limit) {
            text.add("  ·  ")
            text.add(link, "Open")
        }
        if tellsWhy, let page = item.page {
            text.add("  ·  ")
            text.add(page, "Why?")
        }
        return text
    }
}
