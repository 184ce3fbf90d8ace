/// A text with `*`, each standing for any bytes or none; anchored at both ends.
struct Wildcard: Sendable, Hashable {
    /// The literal texts between the stars; one element means that there is no star.
    let literals: [[UInt8]]
    /// Those that stand between two stars.
    private let middle: [SoughtBytes]

    init(literals: [[UInt8]]) {
        self.literals = literals
        middle = literals.dropFirst().dropLast().map(SoughtBytes.init)
    }

    /// Every middle literal is taken where it first occurs, which loses nothing: a later place leaves less room for
    /// the literals after it. So the time is linear in the text.
    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = literals.first, let last = literals.last else { return text.isEmpty }
        guard literals.count > 1 else { return text.count == first.count && text.hasBytes(first, at: text.startIndex) }
        let end = text.endIndex - last.count
        guard text.count >= first.count + last.count, text.hasBytes(first, at: text.startIndex),
            text.hasBytes(last, at: end)
        else { return false }
        var at = text.startIndex + first.count
        for literal in middle {
            guard let next = literal.end(in: text, from: at, to: end) else { return false }
            at = next
        }
        return true
    }
}
