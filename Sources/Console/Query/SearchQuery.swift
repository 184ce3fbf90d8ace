/// What somebody typed into a filter box: `field:value` with quotes where a value has spaces; other words are free text. A
/// hyphen before either asks for what is not so.
struct SearchQuery: Sendable, Hashable {
    struct Term: Sendable, Hashable {
        var field: String
        var value: String
        /// Whether a hyphen stands before it: what has it is left out.
        var isExclusion = false
        /// As it was typed, for the link that takes it away.
        var written: String
    }

    private(set) var terms: [Term] = []
    private(set) var words: [String] = []
    /// Words with a hyphen before them.
    private(set) var excludedWords: [String] = []

    /// What a box holds at most; more is cut off.
    static let longest = 1_000

    init(_ text: String) {
        for token in SearchQuery.tokens(text.prefix(SearchQuery.longest)) {
            let isExclusion = token.hasPrefix("-") && token.count > 1
            let plain = token.dropFirst(isExclusion ? 1 : 0).filter { $0 != "\"" }
            guard let colon = plain.firstIndex(of: ":"), colon > plain.startIndex,
                plain[..<colon].allSatisfy({ $0.isASCII && $0.isLetter })
            else {
                if plain.isEmpty == false, isExclusion { excludedWords.append(plain) }
                if plain.isEmpty == false, isExclusion == false { words.append(plain) }
                continue
            }
            let field = plain[..<colon].lowercased()
            let value = String(plain[plain.index(after: colon)...])
            terms.append(Term(field: field, value: value, isExclusion: isExclusion, written: token))
        }
    }

    /// The free text, `nil` when there is none.
    var text: String? { words.isEmpty ? nil : words.joined(separator: " ") }

    /// Every word, those that are excluded as such.
    var writtenWords: [String] {
        words + excludedWords.map { $0.contains(where: \.isWhitespace) ? "-\"\($0)\"" : "-\($0)" }
    }

    /// The query without one of its terms.
    func without(_ term: Term) -> String {
        var rest = terms
        if let index = rest.firstIndex(of: term) { rest.remove(at: index) }
        return (rest.map(\.written) + writtenWords).joined(separator: " ")
    }

    /// Words apart by spaces; what stands in quotes is one.
    private static func tokens(_ text: Substring) -> [String] {
        var tokens: [String] = []
        var token = ""
        var isQuoted = false
        for character in text {
            // As telephones type them.
            let character: Character = "“”„".contains(character) ? "\"" : character
            if character == "\"" { isQuoted.toggle() }
            if character.isWhitespace, isQuoted == false {
                if token.isEmpty == false { tokens.append(token) }
                token = ""
            } else {
                token.append(character)
            }
        }
        return token.isEmpty ? tokens : tokens + [token]
    }
}

/// A query that was read for a listing: what it asks for, and what of it could not be used.
struct ReadQuery<Filter> {
    var filter: Filter
    var query: SearchQuery
    /// One sentence for each; the rest of the query is used all the same.
    var mistakes: [String]
}
