/// Makes text of unknown origin fit to be shown on one line of a terminal, log or message.
package enum EscapedText {
    /// The text cut after `limit` characters, with everything that cannot be seen written as its code.
    ///
    /// Control characters could move a terminal's cursor, and format characters such as U+202E could turn the order of
    /// what is read.
    package static func visible(_ text: String, limit: Int = 120) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.dropFirst(limit).isEmpty ? shown : "\(shown)…"
    }

    /// The text with each run of white space that breaks a line made one space, as for JSON that was written over lines.
    static func oneLine(_ text: String) -> String {
        guard text.contains(where: \.isNewline) else { return text }
        return text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }.joined(
            separator: " "
        )
    }

    /// The visible text in double quotes.
    static func quoted(_ text: String, limit: Int = 60) -> String { "\"\(visible(text, limit: limit))\"" }

    /// The first few of the texts with commas between them, and how many more there are.
    static func list(_ texts: [String], most: Int = 5) -> String {
        let shown = texts.prefix(most).map { visible($0) }.joined(separator: ", ")
        return texts.count > most ? "\(shown) and \(texts.count - most) more" : shown
    }
}
