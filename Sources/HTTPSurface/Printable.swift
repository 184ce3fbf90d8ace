/// Text of strangers made safe to print: what a terminal would obey, or would use to mislead a reader, is made visible.
package enum Printable {
    /// The text with control characters, escape sequences and direction overrides replaced by `U+FFFD`; line ends stay.
    package static func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: result.append(scalar)
            case 0x09: result.append(" ")
            case 0x0D: continue
            case 0x00..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C:
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
