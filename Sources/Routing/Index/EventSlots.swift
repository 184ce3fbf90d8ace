import Findings

/// The leaves of one event at the paths that rules look at.
struct EventSlots {
    let document: JSONDocument
    /// Whether an object on the way to a leaf holds a key twice, so that not every leaf here counts: of duplicate keys
    /// the last one does.
    private(set) var hasDuplicateKeys = false
    private var heads: [Int32]
    private var entries: [Entry] = []
    /// For each node of the path tree the object from which it was last entered.
    private var entered: [Int32]

    private struct Entry {
        var leaf: Int32
        /// The number of the path's next leaf, -1 after the last.
        var next: Int32
        var isInArray: Bool
    }

    init(document: JSONDocument, paths: Int, nodes: Int) {
        self.document = document
        heads = [Int32](repeating: -1, count: paths)
        entered = [Int32](repeating: -1, count: nodes)
        entries.reserveCapacity(32)
    }

    /// Notes that a key of the object leads to the node of the path tree.
    mutating func enter(_ node: Int, from object: Int) {
        if entered[node] == Int32(truncatingIfNeeded: object) { hasDuplicateKeys = true }
        entered[node] = Int32(truncatingIfNeeded: object)
    }

    mutating func add(_ leaf: Int, at path: Int, isInArray: Bool) {
        entries.append(Entry(leaf: Int32(truncatingIfNeeded: leaf), next: heads[path], isInArray: isInArray))
        heads[path] = Int32(truncatingIfNeeded: entries.count - 1)
    }

    /// Whether there is no leaf at the path.
    func isEmpty(at path: Int) -> Bool { heads[path] < 0 }

    /// Whether there is exactly one leaf at the path, in no array.
    func isSingle(at path: Int) -> Bool {
        let head = heads[path]
        guard head >= 0 else { return false }
        let entry = entries[Int(head)]
        return entry.next < 0 && entry.isInArray == false
    }

    /// The number of the path's first leaf, for ``leaf(at:)`` and ``entry(after:)``; -1 when there is none.
    func firstEntry(at path: Int) -> Int { Int(heads[path]) }

    func leaf(at entry: Int) -> Int { Int(entries[entry].leaf) }

    /// The number of the same path's next leaf, -1 after the last.
    func entry(after entry: Int) -> Int { Int(entries[entry].next) }
}
