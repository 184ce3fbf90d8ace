extension Array where Element: Hashable {
    /// The elements in order, each once; linear, since the length of a list is the sender's choice.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
