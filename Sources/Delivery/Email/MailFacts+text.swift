import Findings

extension MailFacts {
    /// Severity, change and title, e.g. `[HIGH] RESOLVED: S3 bucket is public - Payments (111122223333) us-east-1`.
    ///
    /// The news of an opened alert is the title itself, so that it has no word of its own.
    var subject: String {
        let head = "[\(severity.label)] \(subjectWord)\(MailText(line: title.text, limit: 160).short)"
        let place = [account, region].compactMap(\.self).joined(separator: " ")
        return place.isEmpty ? head : "\(head) - \(place)"
    }

    private var subjectWord: String {
        switch change {
        case "New finding": ""
        case "Severity raised": "RAISED: "
        default: "\(change.uppercased()): "
        }
    }

    /// The plain text part; lines end with LF.
    var plainText: String {
        var blocks = ["\(severity.label) - \(change)\n\(title.noted)"]
        if notes.isEmpty == false { blocks.append(notes.joined(separator: "\n")) }
        let width = (rows.map(\.label.count).max() ?? 0) + 2
        blocks.append(
            rows.map { row in
                let label = "\(row.label):"
                let indent = String(repeating: " ", count: width)
                return label + indent.dropFirst(label.count) + row.values.joined(separator: "\n\(indent)")
            }.joined(separator: "\n")
        )
        blocks += sections.map { "\($0.heading)\n\($0.text)" }
        blocks += links.map { "\($0.label):\n\($0.link?.text ?? MailFacts.unlinked)" }
        blocks.append("-- \n\(footer.joined(separator: "\n"))")
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// What stands where an address is not one to be linked.
    static let unlinked = "(left out: not an http or https address)"

    /// What is left when a fuller rendering was refused: no link, no text of the source beyond the title, nothing that a
    /// content filter could take for something else.
    var minimalText: String {
        let place = [account.map { "Account: \($0)" }, region.map { "Region: \($0)" }].compactMap(\.self)
        let lines = ["\(severity.label) - \(change)", MailText(line: title.text, limit: 200).short] + place
        return (lines + ["", "A fuller form of this message was refused by the mail server."] + notes + footer)
            .joined(separator: "\n") + "\n"
    }
}
