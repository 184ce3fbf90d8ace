import Glibc

/// Colour for people at a terminal; nothing for files, pipes and those who set NO_COLOR (no-color.org).
struct Colours {
    var isOn: Bool

    static var forStandardOutput: Colours {
        let refused = getenv("NO_COLOR").map { String(cString: $0).isEmpty == false } ?? false
        return Colours(isOn: isatty(STDOUT_FILENO) == 1 && refused == false)
    }

    /// A style by its numbers in ECMA-48 §8.3.117, "Select Graphic Rendition".
    enum Colour: String {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        /// Bold white on red: what nobody may overlook.
        case alarm = "1;97;41"
    }

    /// The text in this colour, or as it is.
    func paint(_ text: String, _ colour: Colour?) -> String {
        guard isOn, let colour else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }
}
