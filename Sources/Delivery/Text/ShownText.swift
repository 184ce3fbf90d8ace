/// Finding text made fit to be shown: whoever can name a bucket or set a tag chooses what stands in it.
package enum ShownText {
    /// The text without what a reader cannot see or what changes how other text reads.
    ///
    /// Dropped: control characters (C0, C1, DEL), the bidirectional controls U+061C, U+200E–200F, U+202A–202E and
    /// U+2066–2069 (CVE-2021-42574), zero-width and byte order marks U+200B and U+FEFF, interlinear annotation
    /// U+FFF9–FFFB and tag characters U+E0000–E007F. Tabs become spaces and every kind of line break one line feed.
    ///
    /// - Parameters:
    ///   - text: As received, of any length.
    ///   - isSingleLine: Whether line breaks and runs of spaces become one space.
    /// - Returns: The cleaned text without white space at its ends.
    package static func clean(_ text: String, isSingleLine: Bool = false) -> String {
        var kept = String.UnicodeScalarView()
        var wasSpace = true
        for scalar in text.unicodeScalars {
            guard let shown = replacement(for: scalar) else { continue }
            let isSpace = shown == " " || shown == "\n"
            if isSingleLine, isSpace {
                if wasSpace == false { kept.append(" ") }
            } else {
                kept.append(shown)
            }
            wasSpace = isSpace
        }
        return trimmed(String(kept))
    }

    private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x0A, 0x2028, 0x2029, 0x85: "\n"
        case 0x09, 0xA0: " "
        case 0..<0x20, 0x7F..<0xA0: nil
        case 0x061C, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            nil
        default: scalar
        }
    }

    private static func trimmed(_ text: String) -> String {
        var view = text[...]
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }

    /// The text, escaped, in at most `limit` UTF-16 units; what does not fit is left out and counted in words.
    ///
    /// Cut between characters as people see them; a character of more than 32 units (a pile of combining marks) may be
    /// cut between its scalars. UTF-16 units are the strictest count that any receiver is known to make.
    ///
    /// - Parameters:
    ///   - text: Cleaned text.
    ///   - limit: UTF-16 units, 1 or more, counted after escaping.
    ///   - escape: What a piece of text is written as; must be the same for a text and for its pieces one by one.
    /// - Returns: The whole text, or its beginning followed by ` … (1,234 more characters)`.
    package static func fit(_ text: String, _ limit: Int, escape: (String) -> String = { $0 }) -> String {
        if text.utf16.count <= limit {
            let whole = escape(text)
            if whole.utf16.count <= limit { return whole }
        }
        // The longest note there can be: a text has fewer than 10^12 characters.
        let note = 44
        let room = limit > 2 * note ? limit - note : limit - 1
        var shown = ""
        var used = 0
        var left = text[...]
        while let character = left.first {
            let pieces = character.utf16.count <= 32 ? [String(character)] : character.unicodeScalars.map { String($0) }
            var isFull = false
            for piece in pieces {
                let written = escape(piece)
                guard used + written.utf16.count <= room else {
                    isFull = true
                    break
                }
                shown += written
                used += written.utf16.count
            }
            if isFull { break }
            left.removeFirst()
        }
        while shown.last?.isWhitespace == true { shown.removeLast() }
        guard limit > 2 * note else { return limit > 0 ? shown + "…" : "" }
        return "\(shown) … (\(grouped(left.count)) more character\(left.count == 1 ? "" : "s"))"
    }

    /// The number with commas between thousands.
    package static func grouped(_ number: Int) -> String {
        let digits = String(number)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, digit.isNumber, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
