import Findings

/// Every path that some rule looks at, as a tree that one walk over an event follows; what no rule looks at is skipped.
struct PathTree: Sendable {
    private var nodes: [Node] = [Node()]
    private(set) var count = 0

    private struct Node: Sendable {
        var segment: [UInt8] = []
        var children: [Int] = []
        /// Filled when there are many children.
        var childBySegment: [ArraySlice<UInt8>: Int] = [:]
        var path: Int?
    }

    /// Beyond this many children a hash is quicker than a look at each.
    private static let linear = 12

    /// The number of the path, in 0..<``count``.
    mutating func enter(_ path: String) -> Int {
        var node = 0
        for segment in path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            let bytes = Array(segment)
            node = child(of: node, bytes[...]) ?? addChild(of: node, bytes)
        }
        if let path = nodes[node].path { return path }
        nodes[node].path = count
        count += 1
        return count - 1
    }

    private mutating func addChild(of node: Int, _ segment: [UInt8]) -> Int {
        nodes.append(Node(segment: segment))
        let child = nodes.count - 1
        nodes[node].children.append(child)
        if nodes[node].children.count == PathTree.linear + 1 {
            for child in nodes[node].children { nodes[node].childBySegment[nodes[child].segment[...]] = child }
        } else if nodes[node].children.count > PathTree.linear {
            nodes[node].childBySegment[segment[...]] = child
        }
        return child
    }

    private func child(of node: Int, _ segment: ArraySlice<UInt8>) -> Int? {
        let children = nodes[node].children
        guard children.count <= PathTree.linear else { return nodes[node].childBySegment[segment] }
        for child in children
        where nodes[child].segment.count == segment.count
            && segment.hasBytes(nodes[child].segment, at: segment.startIndex)
        {
            return child
        }
        return nil
    }

    /// The leaves of the event at every path.
    func slots(of event: JSON, narrowing: EventPattern.Narrowing?) -> EventSlots {
        var slots = EventSlots(document: event.document, paths: count)
        walk(event.index, 0, narrowing, isInArray: false, &slots)
        return slots
    }

    private func walk(
        _ value: Int,
        _ node: Int,
        _ narrowing: EventPattern.Narrowing?,
        isInArray: Bool,
        _ slots: inout EventSlots
    ) {
        let document = slots.document
        let place = document.nodes[value]
        switch place.kind {
        case .object:
            guard nodes[node].children.isEmpty == false else { return }
            var at = value + 1
            let end = Int(place.next)
            while at < end {
                if let child = step(document, document.nodes[at], from: node) {
                    walk(at + 1, child, narrowing, isInArray: isInArray, &slots)
                }
                at = Int(document.nodes[at + 1].next)
            }
        case .array:
            if let narrowing, narrowing.array == value {
                return walk(narrowing.element, node, narrowing, isInArray: true, &slots)
            }
            var at = value + 1
            let end = Int(place.next)
            while at < end {
                walk(at, node, narrowing, isInArray: true, &slots)
                at = Int(document.nodes[at].next)
            }
        default:
            if let path = nodes[node].path { slots.add(value, at: path, isInArray: isInArray) }
        }
    }

    /// The node that a key of the event leads to; a key with dots leads several steps on.
    private func step(_ document: JSONDocument, _ key: JSONDocument.Node, from node: Int) -> Int? {
        let bytes = document.stringBytes(key)
        guard document.hasDottedKeys else { return child(of: node, bytes) }
        var reached = node
        for segment in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let child = child(of: reached, segment) else { return nil }
            reached = child
        }
        return reached
    }
}

/// The leaves of one event at the paths that rules look at.
struct EventSlots {
    let document: JSONDocument
    private var heads: [Int32]
    private var entries: [Entry] = []

    private struct Entry {
        var leaf: Int32
        /// The place of the path's next leaf, -1 after the last.
        var next: Int32
        var isInArray: Bool
    }

    init(document: JSONDocument, paths: Int) {
        self.document = document
        heads = [Int32](repeating: -1, count: paths)
        entries.reserveCapacity(32)
    }

    mutating func add(_ leaf: Int, at path: Int, isInArray: Bool) {
        entries.append(Entry(leaf: Int32(leaf), next: heads[path], isInArray: isInArray))
        heads[path] = Int32(entries.count - 1)
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

    /// Whether some leaf at the path stands in an array.
    func isInArray(at path: Int) -> Bool {
        var at = heads[path]
        while at >= 0 {
            if entries[Int(at)].isInArray { return true }
            at = entries[Int(at)].next
        }
        return false
    }

    /// Visits the leaves at the path until the body says `false`.
    func forEachLeaf(at path: Int, _ body: (Int) -> Bool) {
        var at = heads[path]
        while at >= 0 {
            guard body(Int(entries[Int(at)].leaf)) else { return }
            at = entries[Int(at)].next
        }
    }
}
