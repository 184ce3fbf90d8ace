/// What somebody typed into a filter box: `field:value` with quotes where a value has spaces; other words are free text.
struct SearchQuery: Sendable, Hashable {
    struct Term: Sendable, Hashable {
        var field: String
        var value: String
        /// As it was typed, for the link that takes it away.
        var written: String
    }

    private(set) var terms: [Term] = []
    private(set) var words: [String] = []

    /// What a box holds at most; more is cut off.
    static let longest = 1_000

    init(_ text: String) {
        for token in SearchQuery.tokens(text.prefix(SearchQuery.longest)) {
            let plain = token.filter { $0 != "\"" }
            guard let colon = plain.firstIndex(of: ":"), colon > plain.startIndex,
                plain[..<colon].allSatisfy({ $0.isASCII && $0.isLetter })
            else {
                if plain.isEmpty == false { words.append(plain) }
                continue
            }
            let field = plain[..<colon].lowercased()
            terms.append(Term(field: field, value: String(plain[plain.index(after: colon)...]), written: token))
        }
    }

    /// The free text, `nil` when there is none.
    var text: String? { words.isEmpty ? nil : words.joined(separator: " ") }

    /// The query without one of its terms.
    func without(_ term: Term) -> String {
        var rest = terms
        if let index = rest.firstIndex(of: term) { rest.remove(at: index) }
        return (rest.map(\.written) + words).joined(separator: " ")
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
