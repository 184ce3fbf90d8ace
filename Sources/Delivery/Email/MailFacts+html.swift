import Findings
import Routing

extension MailFacts {
    /// The HTML part: tables and inline styles, which are what mail clients have in common; lines end with LF.
    ///
    /// No background and no text colour is set except on the severity, so that a dark client shows it dark.
    var html: String {
        var out = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
            <title>\(escaped(subject))</title></head>
            <body style="margin:0;padding:16px;font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;\
            font-size:15px;line-height:1.45">
            <table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;max-width:680px;\
            border-collapse:collapse"><tr><td style="border-left:6px solid \(colour);padding:0 0 0 12px">
            <p style="margin:0 0 6px">\(badge(badge, colour))</p>
            <h1 style="margin:0;font-size:19px;line-height:1.3;word-break:break-word;overflow-wrap:anywhere">\
            \(escaped(title))</h1></td></tr></table>

            """
        for note in facts.notes { out += "<p style=\"margin:12px 0 0\"><strong>Note:</strong> \(escaped(note))</p>\n" }
        if introduction.isEmpty == false {
            out += "<p style=\"margin:12px 0 0;max-width:680px\">"
            out += "\(introduction.map(escaped).joined(separator: "<br>\n"))</p>\n"
        }
        out += "<table cellpadding=\"0\" cellspacing=\"0\" style=\"margin:12px 0 0;border-collapse:collapse\">\n"
        for row in rows { out += html(row) }
        out += "</table>\n"
        for entry in entries { out += html(entry) }
        if unlisted.isEmpty == false { out += "<p style=\"margin:12px 0 0\">\(escaped(unlisted))</p>\n" }
        for section in sections {
            out += "<h2 style=\"margin:16px 0 4px;font-size:15px\">\(escaped(section.heading))</h2>\n"
            out += "<p style=\"margin:0;max-width:680px\">\(paragraph(section.text))</p>\n"
        }
        for link in links { out += html(link) }
        let small = "margin:20px 0 0;padding:8px 0 0;border-top:1px solid #999999;font-size:13px;max-width:680px"
        out += "<p style=\"\(small)\">\(footer.map(escaped).joined(separator: "<br>\n"))</p>\n</body></html>\n"
        return out
    }

    /// Darker than the bar of a chat message, since white text stands on it: at least 4.5:1 (WCAG 2.2 §1.4.3).
    private var colour: String { MailFacts.colour(facts.severity, isResolved: isResolved) }

    private static func colour(_ severity: Severity, isResolved: Bool) -> String {
        guard isResolved == false else { return "#15703a" }
        return switch severity {
        case .critical: "#a3001b"
        case .high: "#b93a07"
        case .medium: "#8a6100"
        case .low: "#1d5fbf"
        case .informational: "#475569"
        case .unknown: "#52525b"
        }
    }

    private func badge(_ words: String, _ colour: String) -> String {
        """
        <span style="background-color:\(colour);color:#ffffff;padding:2px 8px;\
        font-weight:bold">\(escaped(words))</span>
        """
    }

    private func html(_ entry: Entry) -> String {
        let colour = MailFacts.colour(entry.severity, isResolved: entry.isResolved)
        let title = escaped(entry.title)
        let linked =
            entry.link.map { "<strong><a href=\"\(escaped($0.url))\">\(title)</a></strong> (\(escaped($0.host)))" }
            ?? "<strong>\(title)</strong>"
        let why = entry.page.map { "<br>\n<a href=\"\(escaped($0.url))\">\(escaped(MailFacts.why))</a>" } ?? ""
        return """
            <table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;max-width:680px;margin:12px 0 0;\
            border-collapse:collapse"><tr><td style="border-left:4px solid \(colour);padding:0 0 0 10px;\
            word-break:break-word;overflow-wrap:anywhere">\(badge(entry.badge, colour)) \(linked)<br>
            \(escaped(entry.place))\(why)</td></tr></table>

            """
    }

    private func html(_ row: Row) -> String {
        """
        <tr><th scope="row" align="left" valign="top" style="padding:3px 14px 3px 0;font-weight:normal;\
        white-space:nowrap">\(escaped(row.label))</th><td valign="top" style="padding:3px 0;word-break:break-word;\
        overflow-wrap:anywhere">\(row.values.map(escaped).joined(separator: "<br>\n"))</td></tr>

        """
    }

    private func html(_ link: Link) -> String {
        guard let target = link.link else {
            return "<p style=\"margin:12px 0 0\">\(escaped(link.label)) \(MailFacts.unlinked)</p>\n"
        }
        return """
            <p style="margin:12px 0 0"><a href="\(escaped(target.url))">\(escaped(link.label))</a> \
            (\(escaped(target.host)))</p>

            """
    }

    private func paragraph(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
            .joined(separator: "<br>\n")
    }

    /// Fit for text and for attributes in quotes.
    private func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
