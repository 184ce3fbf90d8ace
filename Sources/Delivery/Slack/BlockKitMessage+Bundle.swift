import Findings

extension BlockKitMessage {
    /// Several alerts: headline, reason, counts, and a section for each alert that fits.
    ///
    /// At most 20 alerts are listed (`Notification.Bundle.mostItems`), so that there are never more than 30 blocks.
    static func render(_ bundle: BundleFacts, mention: String, _ markup: SlackMarkup, id: String) -> JSONValue {
        var details: [JSONValue] = []
        let introduction = bundle.introduction.joined(separator: " ")
        if introduction.isEmpty == false { details.append(section(markup.fit(introduction, 700))) }
        if bundle.tallies.isEmpty == false { details.append(fields(bundle.tallies, markup)) }
        let (items, left) = bundle.listing(
            5800,
            forms: [
                { item($0, markup, title: 220, resource: 140, link: 500) },
                { item($0, markup, title: 160, resource: 60, link: 300) },
                { item($0, markup, title: 110, resource: 0, link: 0) },
            ]
        )
        details += items.map(section)
        let unlisted = BundleFacts.unlisted(left)
        if unlisted.isEmpty == false { details.append(section(unlisted)) }
        if let oldest = bundle.oldest {
            details.append(section("*Open longest*\n\(item(oldest, markup, title: 110, resource: 0, link: 300))"))
        }
        details.append(context(bundle.facts, markup, id: id))
        return message(
            summary: bundle.summary(500, escape: markup.escape),
            headline: markup.fit(bundle.headline, 150),
            mention: mention,
            colour: bundle.colour,
            details: details
        )
    }

    private static func item(
        _ item: BundleFacts.Item,
        _ markup: SlackMarkup,
        title: Int,
        resource: Int,
        link limit: Int
    ) -> String {
        let words = "*\(item.severityWords)*  \(markup.fit(item.title, title))"
        let place = item.place(resource: resource, escape: markup.escape)
        let link = limit > 0 ? ShownLink(item.url, limit: limit).map { "  ·  \(markup.link($0, "Open"))" } ?? "" : ""
        return "\(words)\n\(place)\(link)"
    }
}
