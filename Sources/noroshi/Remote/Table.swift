import Findings
import Glibc
import Routing

/// Rows in aligned columns, for a person at a terminal.
struct Table {
    /// A column; the one that `gives` is cut when the rows are wider than the terminal.
    struct Column {
        var title: String
        var isNumber = false
        var gives = false
    }

    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var colour: Colours.Colour?

        init(_ text: String, _ colour: Colours.Colour? = nil) {
            self.text = ShownText.visible(text, limit: 500)
            self.colour = colour
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var columns: [Column]
    var rows: [[Cell]]

    /// The narrowest that the giving column becomes.
    private static let narrowest = 20

    /// The lines, without the last line feed.
    ///
    /// - Parameters:
    ///   - width: Columns of the terminal, `nil` to cut nothing.
    ///   - colours: How to paint.
    /// - Returns: The titles and one line for each row.
    func text(width: Int?, colours: Colours) -> String {
        var widths = columns.indices.map { index in
            rows.map { DisplayWidth.of($0[index].text) }.reduce(DisplayWidth.of(columns[index].title), max)
        }
        if let width, let giving = columns.firstIndex(where: \.gives) {
            let others = widths.reduce(0, +) - widths[giving] + 2 * (columns.count - 1)
            widths[giving] = min(widths[giving], max(Table.narrowest, width - others))
        }
        let titles = columns.map { Cell($0.title, .faint) }
        return ([titles] + rows).map { line($0, widths, colours) }.joined(separator: "\n")
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ colours: Colours) -> String {
        var parts: [String] = []
        for (index, cell) in cells.enumerated() {
            let text = DisplayWidth.cut(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(text)))
            let painted = colours.paint(text, cell.colour)
            let isLast = index == cells.count - 1
            parts.append(columns[index].isNumber ? padding + painted : painted + (isLast ? "" : padding))
        }
        return parts.joined(separator: "  ")
    }
}

/// How many columns of a terminal text takes.
enum DisplayWidth {
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// The text, with `…` at its end when it had to be cut.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var kept = ""
        var used = 1
        for character in text {
            used += of(character)
            guard used <= width else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// 2 for the wide blocks of Unicode Standard Annex #11 (East Asian scripts, full-width forms, emoji), else 1.
    private static func of(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

/// The terminal that standard output is.
enum Terminal {
    /// Its columns; `nil` when standard output is a file or a pipe.
    static var width: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
