import Findings

extension Condition {
    /// One condition of a rule in as few words as a list has room for.
    package struct Chip: Sendable, Hashable {
        /// `account`, `account not`.
        package var label: String
        package var value: String
        package var isExclusion: Bool
    }

    /// One for each thing that the condition asks for; none when it accepts everything.
    package var chips: [Chip] {
        tests.flatMap { test -> [Chip] in
            switch test {
            case .severity(_, let words):
                return [Chip(label: "severity", value: Chip.words(words.map(Chip.severity)), isExclusion: false)]
            case .field(let field, let globs):
                let wanted = Chip(label: field.rawValue, value: Chip.words(globs.wanted), isExclusion: false)
                let not = "\(field.rawValue) not"
                let excluded = Chip(label: not, value: Chip.words(globs.excluded), isExclusion: true)
                return [wanted, excluded].filter { $0.value.isEmpty == false }
            case .pattern(let pattern):
                let text = EscapedText.visible(EscapedText.oneLine(pattern.summary), limit: Chip.longest)
                return [Chip(label: "pattern", value: text, isExclusion: false)]
            case .not(let condition): return [Chip(label: "not", value: Chip.text(condition.nested), isExclusion: true)]
            case .any(let conditions):
                let phrase = Phrase.joined(conditions.map(\.nested), " or ")
                return [Chip(label: "any of", value: Chip.text(phrase), isExclusion: false)]
            }
        }
    }
}

extension Condition.Chip {
    fileprivate static let longest = 80
    private static let mostWords = 3

    fileprivate static func words(_ words: [String]) -> String {
        let shown = words.prefix(mostWords).map { EscapedText.visible($0, limit: 40) }.joined(separator: ", ")
        return words.count > mostWords ? "\(shown), +\(words.count - mostWords)" : shown
    }

    fileprivate static func text(_ phrase: Phrase) -> String { EscapedText.visible(phrase.text, limit: longest) }

    /// `>=high` as `≥ HIGH`.
    fileprivate static func severity(_ word: String) -> String {
        let signs = [(">=", "≥ "), ("<=", "≤ "), (">", "> "), ("<", "< ")]
        let sign = signs.first { word.hasPrefix($0.0) } ?? ("", "")
        return sign.1 + word.dropFirst(sign.0.count).filter { $0 != " " }.uppercased()
    }
}
