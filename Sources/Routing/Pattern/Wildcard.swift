/// A text with `*`, each standing for any bytes or none; anchored at both ends.
struct Wildcard: Sendable, Hashable {
    /// The literal texts between the stars; one element means that there is no star.
    let literals: [[UInt8]]

    init(literals: [[UInt8]]) { self.literals = literals }

    /// Every middle literal is taken where it first occurs, which loses nothing: a later place leaves less room for
    /// the literals after it. So the time is linear in the text for each literal.
    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = literals.first, let last = literals.last else { return text.isEmpty }
        guard literals.count > 1 else { return text.count == first.count && text.hasBytes(first, at: text.startIndex) }
        guard text.count >= first.count + last.count, text.hasBytes(first, at: text.startIndex),
            text.hasBytes(last, at: text.endIndex - last.count)
        else { return false }
        var rest = text[text.startIndex + first.count..<text.endIndex - last.count]
        for literal in literals[1..<literals.count - 1] {
            guard let place = rest.firstPlace(of: literal) else { return false }
            rest = rest[(place + literal.count)...]
        }
        return true
    }
}

extension ArraySlice<UInt8> {
    /// Where the bytes first stand, or `nil`.
    fileprivate func firstPlace(of other: [UInt8]) -> Int? {
        guard let first = other.first else { return startIndex }
        guard other.count <= count else { return nil }
        var at = startIndex
        let last = endIndex - other.count
        while at <= last {
            if self[at] == first, hasBytes(other, at: at) { return at }
            at += 1
        }
        return nil
    }
}
