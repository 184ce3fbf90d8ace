/// Text of a finding made fit to be shown in a mail, at most so many bytes of it.
///
/// Control characters go, and so do the characters that reorder or hide text (Unicode TR 36 §2.5: bidirectional controls,
/// tags, zero-width space, byte order mark), since findings carry text that an attacker may have chosen. Zero-width
/// joiners stay: emoji and Indic scripts need them. The cut is on a grapheme border, unless one grapheme alone is over
/// the limit.
struct MailText: Sendable, Hashable {
    let text: String
    /// How many characters the cut left out, 0 when nothing was cut.
    let leftOut: Int

    /// Text for one line: every run of white space is one space.
    ///
    /// - Parameters:
    ///   - raw: As received.
    ///   - limit: In bytes of UTF-8, 4 or more.
    init(line raw: String, limit: Int) {
        let clean = MailText.clean(raw)
        self.init(clean: clean.split(whereSeparator: \.isWhitespace).joined(separator: " "), limit: limit)
    }

    /// Text for a paragraph: lines end with LF, tabs are spaces, the ends are trimmed.
    ///
    /// - Parameters:
    ///   - raw: As received.
    ///   - limit: In bytes of UTF-8, 4 or more.
    init(block raw: String, limit: Int) {
        let clean = MailText.clean(raw)
        let head = clean.drop(while: \.isWhitespace)
        let tail = head.reversed().prefix(while: \.isWhitespace).count
        self.init(clean: String(head.dropLast(tail)), limit: limit)
    }

    private init(clean: String, limit: Int) {
        guard clean.utf8.count > limit else {
            text = clean
            leftOut = 0
            return
        }
        var end = clean.startIndex
        var bytes = 0
        while end < clean.endIndex {
            bytes += clean[end].utf8.count
            guard bytes <= limit else { break }
            end = clean.index(after: end)
        }
        if end == clean.startIndex {
            text = MailText.scalarPrefix(of: clean, limit: limit)
            leftOut = clean.count
        } else {
            text = String(clean[..<end])
            leftOut = clean[end...].count
        }
    }

    var isEmpty: Bool { text.isEmpty }

    /// The text, with an ellipsis when something was cut.
    var short: String { leftOut == 0 ? text : text + "…" }

    /// The text, with what was left out in words.
    var noted: String {
        leftOut == 0 ? text : "\(text)… (\(leftOut) more character\(leftOut == 1 ? "" : "s") left out)"
    }

    /// One grapheme can be of any length (combining marks), so that it alone may be over the limit.
    private static func scalarPrefix(of text: String, limit: Int) -> String {
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= limit else { break }
            kept.append(scalar)
        }
        return String(kept)
    }

    private static func clean(_ raw: String) -> String {
        var out = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in raw.unicodeScalars {
            switch scalar.value {
            case 0x0A where afterReturn: break
            case 0x0A, 0x0D, 0x2028, 0x2029: out.append("\n")
            case 0x09: out.append(" ")
            case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E,
                0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
                break
            default: out.append(scalar)
            }
            afterReturn = scalar.value == 0x0D
        }
        return String(out)
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x80: 1
        case 0x80..<0x800: 2
        case 0x800..<0x10000: 3
        default: 4
        }
    }
}
