extension Array where Element: Hashable {
    /// The elements in order, each once; linear, since the length of a list is the sender's choice.
    var unique: [Element] {
        guard count > 8 else {
            // Few are compared sooner than hashed.
            return reduce(into: []) { if $0.contains($1) == false { $0.append($1) } }
        }
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
