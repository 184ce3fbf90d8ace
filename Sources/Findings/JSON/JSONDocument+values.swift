extension JSONDocument {
    /// The string of a key or string node, escapes resolved.
    package func decodedString(_ node: Node) -> String {
        let content = content(node)
        guard node.isEscaped else { return String(decoding: content, as: UTF8.self) }
        return JSONScanner.unescape(content)
    }

    /// The bytes between the quotes of a key or string node, escapes as they are.
    func content(_ node: Node) -> ArraySlice<UInt8> { bytes[Int(node.start) + 1..<Int(node.end) - 1] }

    /// The index of the value under a key of the object at `index`; the last of duplicate keys wins.
    ///
    /// - Parameters:
    ///   - key: The key, escapes resolved.
    ///   - index: The node of the object; a node of any other kind has no values.
    ///   - anyFirstCase: Whether the first letter, an ASCII one, may be written large or small.
    /// - Returns: The index of the value's node, or `nil` when there is none.
    func value(under key: String, in index: Int, anyFirstCase: Bool) -> Int? {
        guard nodes[index].kind == .object else { return nil }
        let wanted = key.utf8.span
        let text = bytes
        let nodes = nodes
        let ignored: UInt8 = anyFirstCase ? 0x20 : 0
        var found: Int?
        var child = index + 1
        let end = Int(nodes[index].next)
        while child < end {
            let node = nodes[child]
            let start = Int(node.start) + 1
            if node.isEscaped {
                if isSame(decodedString(node), key, anyFirstCase: anyFirstCase) { found = child + 1 }
            } else if Int(node.end) - start - 1 == wanted.count {
                var at = 0
                var differs = wanted.isEmpty ? 0 : (text[start] ^ wanted[0]) & ~ignored
                while differs == 0, at < wanted.count - 1 {
                    at += 1
                    differs = text[start + at] ^ wanted[at]
                }
                if differs == 0 { found = child + 1 }
            }
            child = Int(nodes[child + 1].next)
        }
        return found
    }

    private func isSame(_ written: String, _ key: String, anyFirstCase: Bool) -> Bool {
        written == key
            || anyFirstCase && written.dropFirst() == key.dropFirst()
                && written.prefix(1).lowercased() == key.prefix(1).lowercased()
    }
}
