import Findings
import Glibc
import Routing

/// Rows in aligned columns, for a person at a terminal.
struct Table {
    /// A column.
    struct Column {
        var title: String
        var isNumber = false
        /// The one that is cut first when the rows are wider than the terminal.
        var gives = false
        /// Whether it may be cut at all: part of a moment or of an id misleads.
        var isWhole = false
        /// Columns with a rank are left out where there is no room, the highest first; those of the first rank only when
        /// the others would say next to nothing beside them.
        var rank: Int?
    }

    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var colour: Colours.Colour?

        init(_ text: String, _ colour: Colours.Colour? = nil) {
            self.text = EscapedText.visible(text, limit: 500)
            self.colour = colour
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var columns: [Column]
    var rows: [[Cell]]

    /// The narrowest that the giving column becomes while another one can be left out, any column while one of the first
    /// rank can be, and any column at all.
    private static let (narrow, narrower, narrowest) = (20, 10, 4)

    /// The titles of the columns that a terminal of this width has no room for.
    func leftOut(width: Int?) -> [String] {
        let kept = fitting(width).columns
        return columns.map(\.title).filter { title in kept.contains { $0.title == title } == false }
    }

    /// The lines, without the last line feed, none wider than the terminal where that can be helped.
    ///
    /// - Parameters:
    ///   - width: Columns of the terminal, `nil` to cut nothing.
    ///   - colours: How to paint.
    /// - Returns: The titles and one line for each row.
    func text(width: Int?, colours: Colours) -> String {
        let shown = fitting(width)
        let widths = shown.widths(width)
        let titles = shown.columns.map { Cell($0.title, .faint) }
        return ([titles] + shown.rows).map { shown.line($0, widths, colours) }.joined(separator: "\n")
    }

    /// The table without the columns for which there is no room.
    private func fitting(_ width: Int?) -> Table {
        guard let width else { return self }
        var table = self
        while true {
            let ranks = table.columns.map { $0.rank ?? 0 }
            guard let most = ranks.max(), most > 0, let index = ranks.lastIndex(of: most),
                (most > 1 ? table.comfortableWidth : table.leastWidth) > width
            else { break }
            table.columns.remove(at: index)
            for row in table.rows.indices { table.rows[row].remove(at: index) }
        }
        return table
    }

    private var fullWidths: [Int] {
        columns.indices.map { index in
            rows.map { DisplayWidth.of($0[index].text) }.reduce(DisplayWidth.of(columns[index].title), max)
        }
    }

    /// What the rows take while nothing but the giving column is cut.
    private var comfortableWidth: Int {
        zip(fullWidths, columns).map { $1.gives ? min($0, Table.narrow) : $0 }.reduce(2 * (columns.count - 1), +)
    }

    /// What they take while everything that may be cut still says something.
    private var leastWidth: Int {
        zip(fullWidths, columns).map { $1.isWhole || $1.isNumber ? $0 : min($0, Table.narrower) }
            .reduce(2 * (columns.count - 1), +)
    }

    /// The widths of the columns: the giving one is cut first, then always the widest of those that may be cut.
    private func widths(_ width: Int?) -> [Int] {
        var widths = fullWidths
        guard let width else { return widths }
        var excess = widths.reduce(2 * (columns.count - 1), +) - width
        if excess > 0, let giving = columns.firstIndex(where: \.gives) {
            let cut = min(excess, max(0, widths[giving] - Table.narrow))
            widths[giving] -= cut
            excess -= cut
        }
        while excess > 0 {
            let soft = widths.indices.filter { columns[$0].isWhole == false && columns[$0].isNumber == false }
            guard let widest = soft.max(by: { widths[$0] < widths[$1] }), widths[widest] > Table.narrowest else {
                break
            }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
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

    /// The text, with `…` in its middle when it had to be cut: names differ at their ends as often as at their beginnings.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        let room = max(0, width - 1)
        let end = Substring(part(of: text.reversed(), within: room / 2).reversed())
        return part(of: text, within: room - of(String(end))) + "…" + end
    }

    /// As many characters from the beginning as have room.
    private static func part(of text: some Sequence<Character>, within width: Int) -> String {
        var kept = ""
        var used = 0
        for character in text {
            used += of(character)
            guard used <= width else { break }
            kept.append(character)
        }
        return kept
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
    /// Its columns: what COLUMNS says, else what the terminal says; `nil` when standard output is a file or a pipe.
    static var width: Int? {
        if let columns = getenv("COLUMNS").flatMap({ Int(String(cString: $0)) }), (1...10_000).contains(columns) {
            return columns
        }
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Prints a table, and says beside it what it had no room for.
    static func print(_ table: Table) {
        Swift.print(table.text(width: width, colours: Colours.forStandardOutput))
        let missing = table.leftOut(width: width)
        guard missing.isEmpty == false else { return }
        note("No room for \(missing.joined(separator: ", ")); --format json has everything.")
    }

    /// Says something beside what is printed, in lines that fit.
    static func note(_ text: String) { StandardError.write(wrap(text, to: width)) }

    /// The text in lines of that width, broken between words and never between quotes, so that a command can be pasted.
    static func wrap(_ text: String, to width: Int?) -> String {
        guard let width else { return text }
        var isQuoted = false
        let words = text.split { character in
            if character == "'" { isQuoted.toggle() }
            return character == " " && isQuoted == false
        }
        var lines: [String] = []
        for word in words {
            if let last = lines.last, DisplayWidth.of(last) + 1 + DisplayWidth.of(String(word)) <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
