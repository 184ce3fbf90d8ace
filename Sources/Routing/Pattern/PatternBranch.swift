extension EventPattern {
    /// One conjunction: every field must be satisfied.
    ///
    /// A class with flat arrays, so that walking it touches no reference counts.
    final class Branch: Sendable {
        /// In the order written.
        let fields: [Field]
        let tests: [ValueTest]
        /// The fields' paths as a tree; `nodes[0]` is the event itself. The children of a node stand side by side.
        let nodes: [Node]
        private let segments: [UInt8]
        /// The fields of the nodes, those of one node side by side.
        let fieldsOfNodes: [Int]

        /// A step of a path.
        struct Node: Sendable {
            /// The key, in the bytes of all keys.
            var segment: Range<Int>
            /// The nodes one step further.
            var children: Range<Int>
            /// The indices in ``fieldsOfNodes`` of the fields whose path ends here.
            var fields: Range<Int>
        }

        init(_ fields: [Field]) {
            self.fields = fields
            tests = fields.map(\.test)
            let paths = fields.map { field in
                field.path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
            }
            var nodes = [Node(segment: 0..<0, children: 0..<0, fields: 0..<0)]
            var segments: [UInt8] = []
            var fieldsOfNodes: [Int] = []
            // Breadth first, so that the children of a node come one after another.
            var waiting: [(node: Int, depth: Int, fields: [Int])] = [(0, 0, Array(fields.indices))]
            var next = 0
            while next < waiting.count {
                let (node, depth, members) = waiting[next]
                next += 1
                let ending = members.filter { paths[$0].count == depth }
                nodes[node].fields = fieldsOfNodes.count..<fieldsOfNodes.count + ending.count
                fieldsOfNodes += ending
                let firstChild = nodes.count
                var keys: [[UInt8]] = []
                for member in members where paths[member].count > depth {
                    let key = paths[member][depth]
                    guard keys.contains(key) == false else { continue }
                    keys.append(key)
                    nodes.append(
                        Node(segment: segments.count..<segments.count + key.count, children: 0..<0, fields: 0..<0)
                    )
                    segments += key
                    let below = members.filter { paths[$0].count > depth && paths[$0][depth] == key }
                    waiting.append((nodes.count - 1, depth + 1, below))
                }
                nodes[node].children = firstChild..<nodes.count
            }
            self.nodes = nodes
            self.segments = segments
            self.fieldsOfNodes = fieldsOfNodes
        }

        /// The fields whose path ends at the node.
        func fields(at node: Int) -> ArraySlice<Int> { fieldsOfNodes[nodes[node].fields] }

        /// Whether the bytes of a document from `start` on are the key of the node; their number is known to agree.
        func isSegment(of node: Node, _ bytes: [UInt8], from start: Int) -> Bool {
            var at = start
            for index in node.segment {
                if bytes[at] != segments[index] { return false }
                at += 1
            }
            return true
        }
    }
}
