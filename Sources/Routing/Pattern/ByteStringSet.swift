/// A set of byte strings that is asked more often than it is built.
struct ByteStringSet: Sendable, Hashable {
    /// In the order of insertion, each once.
    private(set) var elements: [[UInt8]] = []
    private var index: Set<ArraySlice<UInt8>> = []

    /// Below this a look at each is quicker than a hash.
    private static let linear = 8

    init(_ elements: [[UInt8]] = []) {
        for element in elements { insert(element) }
    }

    var isEmpty: Bool { elements.isEmpty }

    mutating func insert(_ element: [UInt8]) {
        guard contains(element[...]) == false else { return }
        elements.append(element)
        if elements.count == ByteStringSet.linear + 1 {
            index = Set(elements.map { $0[...] })
        } else if elements.count > ByteStringSet.linear {
            index.insert(element[...])
        }
    }

    func contains(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard elements.count <= ByteStringSet.linear else { return index.contains(bytes) }
        return elements.contains { $0.count == bytes.count && bytes.hasBytes($0, at: bytes.startIndex) }
    }
}
