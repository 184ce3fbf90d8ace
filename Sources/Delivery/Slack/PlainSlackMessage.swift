import Findings

/// Text alone: for receivers that know nothing else, and for a message whose fuller form was refused.
enum PlainSlackMessage {
    /// Everything, as lines; at most 3,900 characters of the 4,000 that Slack recommends.
    static func full(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup) -> JSONValue {
        var lines = [mention, facts.summary(400, fit: markup.fit)]
        lines += facts.fields.dropFirst().map { "\($0.name): \(markup.fit($0.value, 140))" }
        let why = facts.page.map { "Why did I get this? \($0.url)" } ?? ""
        // The link takes its room from the description, so that the whole is no longer with it.
        lines.append(markup.fit(facts.description, 1000 - why.utf16.count))
        lines.append(markup.fit(facts.remediation, 200))
        if let link = ShownLink(facts.url, limit: 600) { lines.append(link.url) }
        if let link = ShownLink(facts.remediationURL, limit: 300) { lines.append("How to fix it: \(link.url)") }
        lines.append(why)
        lines.append(markup.fit((facts.notes + [facts.rule]).joined(separator: " · "), 300))
        return ["text": .string(lines.filter { $0.isEmpty == false }.joined(separator: "\n"))]
    }

    /// The least that still tells what happened and where: one line of at most 700 characters, without mentions, since
    /// those may be what was refused.
    static func minimal(_ facts: MessageFacts, _ markup: SlackMarkup) -> JSONValue {
        minimal(facts.summary(400, fit: markup.fit), [facts.life] + facts.notes, markup)
    }

    /// Several alerts as lines; at most 3,900 characters as well.
    static func full(_ bundle: BundleFacts, mention: String, _ markup: SlackMarkup) -> JSONValue {
        var lines = [mention, "[\(bundle.badge)] \(markup.fit(bundle.headline, 300))"]
        lines.append(markup.fit(bundle.introduction.joined(separator: " "), 400))
        lines += bundle.tallies.map { "\($0.name): \(markup.fit($0.value, 140))" }
        let (items, left) = bundle.listing(
            1600,
            forms: [
                { line($0, markup, link: 300) }, { line($0, markup, link: 0) },
                { line($0, markup, link: 0, tellsWhy: false) },
            ],
            size: \.utf16.count
        )
        lines += items
        lines.append(BundleFacts.unlisted(left))
        if let oldest = bundle.oldest {
            lines.append("Open longest: \(line(oldest, markup, link: 0, tellsWhy: false))")
        }
        lines.append(markup.fit((bundle.facts.notes + [bundle.facts.rule]).joined(separator: " · "), 300))
        return ["text": .string(lines.filter { $0.isEmpty == false }.joined(separator: "\n"))]
    }

    /// The headline and the most severe alert in one line.
    static func minimal(_ bundle: BundleFacts, _ markup: SlackMarkup) -> JSONValue {
        minimal(bundle.summary(500, fit: markup.fit), bundle.facts.notes, markup)
    }

    private static func minimal(_ summary: String, _ notes: [String], _ markup: SlackMarkup) -> JSONValue {
        let notes = notes.filter { $0.isEmpty == false }.joined(separator: ", ")
        return ["text": .string("\(summary) \(markup.fit(notes, 300))")]
    }

    private static func line(_ item: BundleFacts.Item, _ markup: SlackMarkup, link limit: Int, tellsWhy: Bool = true)
        -> String
    {
        let words = "[\(item.severityWords)] \(markup.fit(item.title, 120))"
        let link = limit > 0 ? ShownLink(item.url, limit: limit).map { " \($0.url)" } ?? "" : ""
        let why = tellsWhy ? item.page.map { " why: \($0.url)" } ?? "" : ""
        return "\(words) (\(item.place(resource: 0, fit: markup.fit)))\(link)\(why)"
    }
}
