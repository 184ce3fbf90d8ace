/// A JSON text with the place of every value in it, parsed once and never changed.
///
/// The text is kept as received and each value is a range of its bytes, so that numbers keep their spelling
/// (account ids and 2^53+1 survive), a value can be cut out verbatim, and every value knows its line and column.
/// Nothing is built that nobody reads: strings are decoded when asked for.
///
/// Grammar: RFC 8259, strictly. Input must be UTF-8 (RFC 8259 §8.1); a leading byte order mark is skipped.
package final class JSONDocument: Sendable {
    /// The text as received.
    package let bytes: [UInt8]
    /// Every value in the order of the text; an object is followed by its keys and values in turn, an array by its
    /// elements. For code that walks whole events; ``JSON`` is the comfortable way.
    package let nodes: [Node]
    /// Whether any object key holds a dot or an escape, which makes two spellings of one event-pattern path possible.
    package let hasDottedKeys: Bool

    /// One value or object key: a half-open byte range and the index of the first node after its subtree.
    package struct Node: Sendable {
        package internal(set) var kind: JSON.Kind
        /// True for strings that hold at least one backslash escape.
        package internal(set) var isEscaped: Bool
        package internal(set) var start: UInt32
        package internal(set) var end: UInt32
        package internal(set) var next: UInt32
    }

    init(bytes: [UInt8], nodes: [Node], hasDottedKeys: Bool) {
        self.bytes = bytes
        self.nodes = nodes
        self.hasDottedKeys = hasDottedKeys
    }

    /// Parses one JSON text.
    ///
    /// - Parameters:
    ///   - bytes: The whole text, at most 1 GiB; white space around the value is allowed.
    ///   - maximumDepth: How many arrays and objects may stand inside one another, 1 or more.
    /// - Returns: The value of the text.
    /// - Throws: ``JSONSyntaxError`` with the line and column of the first byte that cannot be read.
    package static func parse(_ bytes: [UInt8], maximumDepth: Int = 128) throws(JSONSyntaxError) -> JSON {
        var scanner = JSONScanner(bytes: bytes, maximumDepth: maximumDepth)
        try scanner.scanText()
        return JSON(
            document: JSONDocument(bytes: bytes, nodes: scanner.nodes, hasDottedKeys: scanner.hasDottedKeys),
            index: 0
        )
    }

    /// Parses one JSON text given as a string.
    package static func parse(_ text: String, maximumDepth: Int = 128) throws(JSONSyntaxError) -> JSON {
        try parse(Array(text.utf8), maximumDepth: maximumDepth)
    }
}

/// A place in a text that a person can find: both 1-based, the column counted in characters (Unicode scalars).
package struct TextPosition: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of the byte at `offset`; an offset past the end is the place after the last byte.
    package init(offset: Int, in bytes: [UInt8]) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        // The bytes 10xxxxxx continue a character.
        let column = bytes[lineStart..<min(offset, bytes.count)].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        self.init(line: line, column: column)
    }

    package var description: String { "line \(line), column \(column)" }
}

/// Why a text is not JSON, and where.
package struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
    /// What was found and what was expected, as a clause without a full stop.
    package var reason: String
    /// 0-based offset of the offending byte.
    package var offset: Int
    package var position: TextPosition

    package init(_ reason: String, offset: Int, in bytes: [UInt8]) {
        self.reason = reason
        self.offset = offset
        position = TextPosition(offset: offset, in: bytes)
    }

    package var description: String { "not valid JSON at \(position): \(reason)" }
}
