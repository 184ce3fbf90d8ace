import Findings

/// Text alone: for receivers that know nothing else, and for a message whose fuller form was refused.
enum PlainSlackMessage {
    /// Everything, as lines; at most 3,900 characters of the 4,000 that Slack recommends.
    static func full(_ facts: MessageFacts, mention: String, _ markup: SlackMarkup) -> JSONValue {
        var lines = [mention, facts.summary(400, escape: markup.escape)]
        lines += facts.fields.dropFirst().map { "\($0.name): \(markup.fit($0.value, 140))" }
        lines.append(markup.fit(facts.description, 1000))
        lines.append(markup.fit(facts.remediation, 200))
        if let link = ShownLink(facts.url, limit: 600) { lines.append(link.url) }
        if let link = ShownLink(facts.remediationURL, limit: 300) { lines.append("How to fix it: \(link.url)") }
        lines.append(markup.fit((facts.notes + [facts.rule]).joined(separator: " · "), 300))
        return ["text": .string(lines.filter { $0.isEmpty == false }.joined(separator: "\n"))]
    }

    /// The least that still tells what happened and where: one line of at most 700 characters, without mentions, since
    /// those may be what was refused.
    static func minimal(_ facts: MessageFacts, _ markup: SlackMarkup) -> JSONValue {
        let notes = facts.notes.joined(separator: ", ")
        return ["text": .string("\(facts.summary(400, escape: markup.escape)) \(markup.fit(notes, 300))")]
    }
}
