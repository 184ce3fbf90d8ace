import Findings

/// The tests of many patterns, the commonest kind laid out so that asking one touches no reference counts: a few exact
/// strings and nothing else.
struct FlatTests: Sendable {
    private var entries: [Entry] = []
    /// The strings of all entries, those of one side by side, as ranges of ``bytes``.
    private var strings: [Text] = []
    private var bytes: [UInt8] = []
    /// Every test as it was compiled, by the number of its entry.
    private var compiled: [ValueTest] = []

    private struct Entry: Sendable {
        var first: Int32
        /// Equal to `first` for a test of another kind.
        var end: Int32
        var acceptsAbsence: Bool
    }

    private struct Text: Sendable {
        var start: Int32
        var end: Int32
    }

    /// Beyond this many a hash is quicker than a look at each.
    private static let most = 8

    /// - Returns: The number by which the test is known.
    mutating func enter(_ test: ValueTest) -> Int32 {
        let first = Int32(strings.count)
        if test.isStringsAlone, test.strings.elements.count <= FlatTests.most {
            for string in test.strings.elements {
                strings.append(Text(start: Int32(bytes.count), end: Int32(bytes.count + string.count)))
                bytes += string
            }
        }
        entries.append(Entry(first: first, end: Int32(strings.count), acceptsAbsence: test.acceptsAbsence))
        compiled.append(test)
        return Int32(entries.count - 1)
    }

    func acceptsAbsence(_ test: Int32) -> Bool { entries[Int(test)].acceptsAbsence }

    /// Whether the test accepts a leaf of the document.
    func accepts(_ test: Int32, _ leaf: Int, of document: JSONDocument) -> Bool {
        let entry = entries[Int(test)]
        let node = document.nodes[leaf]
        guard entry.first < entry.end, node.isEscaped == false else {
            return compiled[Int(test)].accepts(leaf, of: document)
        }
        guard node.kind == .string else { return false }
        let start = Int(node.start) + 1
        let length = Int(node.end) - start - 1
        for string in entry.first..<entry.end {
            let text = strings[Int(string)]
            guard Int(text.end - text.start) == length else { continue }
            var at = 0
            while at < length, document.bytes[start + at] == bytes[Int(text.start) + at] { at += 1 }
            if at == length { return true }
        }
        return false
    }
}

extension ValueTest {
    /// Whether exact strings are all that is accepted, beside absence.
    fileprivate var isStringsAlone: Bool {
        strings.isEmpty == false && numbers.isEmpty && operators.isEmpty && acceptsTrue == false
            && acceptsFalse == false && acceptsNull == false && acceptsPresence == false
    }
}
