extension MailFacts {
    /// The plain text part; lines end with LF.
    var plainText: String {
        var blocks = ["[\(badge)] \(title)"]
        if facts.notes.isEmpty == false { blocks.append(notes) }
        if introduction.isEmpty == false { blocks.append(introduction.joined(separator: "\n")) }
        let width = (rows.map(\.label.count).max() ?? 0) + 2
        let indent = String(repeating: " ", count: width)
        let lines = rows.map { row in
            let label = "\(row.label):"
            return label + indent.dropFirst(label.count) + row.values.joined(separator: "\n\(indent)")
        }
        if lines.isEmpty == false { blocks.append(lines.joined(separator: "\n")) }
        blocks += entries.map { entry in
            let links = [entry.link?.url, entry.page.map { "\(MailFacts.why) \($0.url)" }]
            return (["[\(entry.badge)] \(entry.title)", entry.place] + links.compactMap(\.self)).joined(separator: "\n")
        }
        if unlisted.isEmpty == false { blocks.append(unlisted) }
        blocks += sections.map { "\($0.heading)\n\($0.text)" }
        blocks += links.map { "\($0.label):\n\($0.link?.url ?? MailFacts.unlinked)" }
        blocks.append("-- \n\(footer.joined(separator: "\n"))")
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// What is left when a fuller rendering was refused: no link and no text of the source beyond the title, nothing that
    /// a content filter could take for something else.
    var minimalText: String {
        ([subject] + (facts.life.isEmpty ? [] : ["", facts.life]) + (facts.notes.isEmpty ? [] : ["", notes]) + [""]
            + footer).joined(separator: "\n") + "\n"
    }

    /// What stands where an address is not one to be linked.
    static let unlinked = "(left out: not an http or https address that can be linked)"

    private var notes: String { facts.notes.map { "Note: \($0)" }.joined(separator: "\n") }
}
