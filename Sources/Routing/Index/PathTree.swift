import Findings

/// Every path that some rule looks at, as a tree that one walk over an event follows; what no rule looks at is skipped.
///
/// Flat, so that the walk touches no reference counts: all keys stand in one array of bytes, and one hash table leads
/// from a node and a key to the node one step further.
struct PathTree: Sendable {
    private var nodes = [Node(parent: -1, start: 0, end: 0, path: -1, isLast: true)]
    private var segments: [UInt8] = []
    /// Open addressing with linear probing; -1 is a free slot. The size is a power of two, at most half of it used.
    private var table = [Int32](repeating: -1, count: 16)
    private(set) var count = 0

    struct Node: Sendable {
        var parent: Int32
        /// The key, in the bytes of all keys.
        var start: Int32
        var end: Int32
        /// The number of the path that ends here, -1 when none does.
        var path: Int32
        /// Whether no path leads further.
        var isLast: Bool
    }

    /// The number of the path, in 0..<``count``.
    mutating func enter(_ path: String) -> Int {
        var node = 0
        for segment in path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            node = enter(Array(segment), under: node)
        }
        if nodes[node].path >= 0 { return Int(nodes[node].path) }
        nodes[node].path = Int32(count)
        count += 1
        return count - 1
    }

    private mutating func enter(_ segment: [UInt8], under node: Int) -> Int {
        let known = PathTree.child(of: node, segment.span, 0..<segment.count, nodes.span, segments.span, table.span)
        if known >= 0 { return known }
        let start = Int32(segments.count)
        segments += segment
        nodes[node].isLast = false
        nodes.append(
            Node(parent: Int32(node), start: start, end: Int32(segments.count), path: -1, isLast: true)
        )
        if nodes.count * 2 > table.count {
            table = [Int32](repeating: -1, count: table.count * 2)
            for child in 1..<nodes.count { insert(child) }
        } else {
            insert(nodes.count - 1)
        }
        return nodes.count - 1
    }

    private mutating func insert(_ child: Int) {
        let node = nodes[child]
        var at = PathTree.hash(Int(node.parent), segments.span, Int(node.start)..<Int(node.end)) & (table.count - 1)
        while table[at] >= 0 { at = (at + 1) & (table.count - 1) }
        table[at] = Int32(child)
    }

    /// The node that a key leads to, -1 when no rule looks there.
    @inline(__always)
    private static func child(
        of node: Int,
        _ bytes: Span<UInt8>,
        _ key: Range<Int>,
        _ nodes: Span<Node>,
        _ segments: Span<UInt8>,
        _ table: Span<Int32>
    ) -> Int {
        var at = hash(node, bytes, key) & (table.count - 1)
        while table[at] >= 0 {
            let child = Int(table[at])
            if Int(nodes[child].parent) == node, Int(nodes[child].end - nodes[child].start) == key.count {
                var segment = Int(nodes[child].start)
                var byte = key.lowerBound
                while byte < key.upperBound, bytes[byte] == segments[segment] {
                    byte += 1
                    segment += 1
                }
                if byte == key.upperBound { return child }
            }
            at = (at + 1) & (table.count - 1)
        }
        return -1
    }

    /// Mixes the node, the length and four of the bytes: the keys are the operator's own, so that nobody else can choose
    /// them to collide.
    @inline(__always)
    private static func hash(_ node: Int, _ bytes: Span<UInt8>, _ key: Range<Int>) -> Int {
        let length = key.count
        var word = UInt64(truncatingIfNeeded: length) << 32
        if length > 0 {
            let third = length / 3
            word |= UInt64(bytes[key.lowerBound]) | UInt64(bytes[key.lowerBound + third]) << 8
            word |= UInt64(bytes[key.upperBound - 1 - third]) << 16 | UInt64(bytes[key.upperBound - 1]) << 24
        }
        word = (word ^ UInt64(truncatingIfNeeded: node) << 40) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: word >> 33)
    }

    /// The leaves of the event at every path.
    func slots(of event: JSON, narrowing: EventPattern.Narrowing?) -> EventSlots {
        var slots = EventSlots(document: event.document, paths: count, nodes: nodes.count)
        let values = event.document.nodes
        let bytes = event.document.bytes
        walk(event.index, 0, narrowing, isInArray: false, values.span, bytes.span, &slots)
        return slots
    }

    private func walk(
        _ value: Int,
        _ node: Int,
        _ narrowing: EventPattern.Narrowing?,
        isInArray: Bool,
        _ values: Span<JSONDocument.Node>,
        _ bytes: Span<UInt8>,
        _ slots: inout EventSlots
    ) {
        let end = Int(values[value].next)
        var at = value + 1
        switch values[value].kind {
        case .object:
            guard nodes[node].isLast == false else { return }
            let nodes = nodes.span
            let segments = segments.span
            let table = table.span
            let isPlain = slots.document.hasDottedKeys == false
            while at < end {
                let key = Int(values[at].start) + 1..<Int(values[at].end) - 1
                let child: Int
                if isPlain {
                    child = PathTree.child(of: node, bytes, key, nodes, segments, table)
                } else {
                    child = step(slots.document.stringBytes(values[at]), from: node)
                }
                if child >= 0 {
                    slots.enter(child, from: value)
                    walk(at + 1, child, narrowing, isInArray: isInArray, values, bytes, &slots)
                }
                at = Int(values[at + 1].next)
            }
        case .array:
            if let narrowing, narrowing.array == value {
                return walk(narrowing.element, node, narrowing, isInArray: true, values, bytes, &slots)
            }
            while at < end {
                walk(at, node, narrowing, isInArray: true, values, bytes, &slots)
                at = Int(values[at].next)
            }
        default:
            let path = nodes[node].path
            if path >= 0 { slots.add(value, at: Int(path), isInArray: isInArray) }
        }
    }

    /// The node that a key with dots leads to, several steps on.
    private func step(_ key: ArraySlice<UInt8>, from node: Int) -> Int {
        var reached = node
        for segment in key.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) where reached >= 0 {
            let bytes = Array(segment)
            reached = PathTree.child(
                of: reached,
                bytes.span,
                0..<bytes.count,
                nodes.span,
                segments.span,
                table.span
            )
        }
        return reached
    }
}
