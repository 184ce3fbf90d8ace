/// One value inside a ``JSONDocument``: a cheap cursor, not a copy.
package struct JSON: Sendable {
    /// What a value is.
    package enum Kind: UInt8, Sendable {
        case object, array, string, number, `true`, `false`, null
    }

    package let document: JSONDocument
    /// The value's place in ``JSONDocument/nodes``.
    package let index: Int

    /// - Parameters:
    ///   - document: A parsed text.
    ///   - index: The place of a value (not of a key) in its nodes.
    package init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var node: JSONDocument.Node { document.nodes[index] }

    package var kind: Kind { node.kind }

    /// What the value is, as a person would say it: `an object`, `a string`, `null` …
    package var kindName: String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .true, .false: "a boolean"
        case .null: "null"
        }
    }

    /// 0-based offset of the value's first byte in ``JSONDocument/bytes``.
    package var offset: Int { Int(node.start) }

    /// Where the value begins.
    package var position: TextPosition { TextPosition(offset: offset, in: document.bytes) }

    /// The value's bytes as received, quotes and braces included.
    package var bytes: ArraySlice<UInt8> { document.bytes[Int(node.start)..<Int(node.end)] }

    /// The value's text as received, quotes and braces included.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The decoded string, or `nil` when the value is not a string.
    package var string: String? {
        guard kind == .string else { return nil }
        return document.decodedString(node)
    }

    /// The number as spelled (`5`, `5.0` and `5e0` differ), or `nil` when the value is not a number.
    package var number: String? { kind == .number ? text : nil }

    /// The number as binary64, or `nil` when the value is not a number or too large for binary64.
    package var double: Double? {
        if let decimal { return decimal }
        guard let number, let value = Double(number), value.isFinite else { return nil }
        return value
    }

    /// The number when it has a fraction, 15 digits at most and no exponent: then both its digits and the power of ten
    /// are exact in binary64, and their quotient is the nearest to the number. `nil` when it is any other number.
    private var decimal: Double? {
        guard kind == .number else { return nil }
        var digits: UInt64 = 0
        var count = 0
        var whole: Int?
        let text = bytes
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits = digits &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                count += 1
            case UInt8(ascii: "."): whole = count
            case UInt8(ascii: "-") where count == 0: break
            default: return nil
            }
        }
        guard let whole, count <= 15 else { return nil }
        let value = Double(digits) / JSON.powersOfTen[count - whole]
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// The number when it is whole and fits, whatever its spelling.
    package var integer: Int? {
        guard let number else { return nil }
        if let value = Int(number) { return value }
        guard let value = Double(number) else { return nil }
        return Int(exactly: value)
    }

    /// Whether the value is a string with at least one escape, whose bytes are not its text.
    var isEscaped: Bool { node.isEscaped }

    package var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    package var isNull: Bool { kind == .null }

    /// The elements of an array, empty for every other kind.
    package var elements: [JSON] {
        guard kind == .array else { return [] }
        var result: [JSON] = []
        var child = index + 1
        let end = Int(node.next)
        while child < end {
            result.append(JSON(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return result
    }

    /// The members of an object in the order written, duplicates included; empty for every other kind.
    package var members: [Member] {
        guard kind == .object else { return [] }
        var result: [Member] = []
        var child = index + 1
        let end = Int(node.next)
        while child < end {
            let key = document.nodes[child]
            result.append(
                Member(
                    key: document.decodedString(key),
                    keyOffset: Int(key.start),
                    value: JSON(document: document, index: child + 1)
                )
            )
            child = Int(document.nodes[child + 1].next)
        }
        return result
    }

    /// One `"key": value` of an object.
    package struct Member: Sendable {
        package let key: String
        /// 0-based offset of the key's opening quote.
        package let keyOffset: Int
        package let value: JSON
    }

    /// The value under `key`, or `nil` when this is no object or has no such key. The last of duplicate keys wins.
    package subscript(key: String) -> JSON? {
        document.value(under: key, in: index, anyFirstCase: false).map { JSON(document: document, index: $0) }
    }

    /// The value under a path of keys; an array on the way is entered at its first element.
    package subscript(path keys: String...) -> JSON? {
        var value = self
        for key in keys {
            if value.kind == .array {
                guard let first = value.elements.first else { return nil }
                value = first
            }
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }
}
