/// A field of a condition, compiled: which globs include and which exclude.
struct FieldCheck: Sendable {
    let field: Condition.Field
    /// The words as written, with the members of account groups.
    let expected: String
    let includes: [Word]
    let excludes: [Word]
    /// A field with exclusions alone takes everything else; one whose group is empty takes nothing.
    let takesTheRest: Bool

    struct Word: Sendable {
        var glob: Glob
        var attribute: FieldValues.Attribute
        /// As written, without `!`.
        var text: String

        init(_ text: String, _ field: Condition.Field) {
            self.text = text
            attribute = FieldValues.Attribute(field, word: text)
            // However the rule writes an address, it is compared in one spelling.
            let block = attribute == .sourceBlock ? CIDRBlock(text)?.text : nil
            glob = Glob(block ?? text, at: attribute)
        }
    }

    /// Compiles the words of a field.
    ///
    /// - Parameters:
    ///   - field: Where the values come from.
    ///   - globs: The words as written.
    ///   - accounts: The account groups that `@group` stands for; an unknown group has no members.
    init(_ field: Condition.Field, _ globs: GlobSet, accounts: [String: [String]]) {
        self.field = field
        var includes: [Word] = []
        var excludes: [Word] = []
        var shown: [String] = []
        var takesTheRest = true
        for written in globs.words {
            let isExcluding = written.hasPrefix("!")
            let text = isExcluding ? String(written.dropFirst()) : written
            let group = field == .account && text.hasPrefix("@") ? accounts[String(text.dropFirst())] ?? [] : nil
            let words = (group ?? [text]).map { Word($0, field) }
            if isExcluding {
                excludes += words
            } else {
                includes += words
                takesTheRest = false
            }
            shown.append(group.map { "\(written) (\(EscapedText.list($0)))" } ?? written)
        }
        expected = EscapedText.list(shown, most: 20)
        self.includes = includes
        self.excludes = excludes
        self.takesTheRest = takesTheRest
    }

    /// Where the check looks.
    var attributes: Set<FieldValues.Attribute> { Set((includes + excludes).map(\.attribute)) }

    /// Whether no value is excluded, and one is included or nothing but exclusions was written.
    func accepts(_ values: FieldValues) -> Bool {
        for word in excludes where values[word.attribute].contains(where: word.glob.matches) { return false }
        if takesTheRest { return true }
        return includes.contains { word in values[word.attribute].contains(where: word.glob.matches) }
    }

    /// The same of a field that is compared as it is written, and has one value or none.
    func accepts(_ text: String?) -> Bool {
        func matches(_ word: Word) -> Bool {
            guard let text, text.isEmpty == false else { return false }
            return word.glob.matches(FieldValues.bytes(text, word.attribute))
        }
        if excludes.contains(where: matches) { return false }
        return takesTheRest || includes.contains(where: matches)
    }
}
