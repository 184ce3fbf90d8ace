/// Reads one JSON text into the nodes of a ``JSONDocument``, front to back, each byte once.
struct JSONScanner {
    let bytes: [UInt8]
    let maximumDepth: Int
    private(set) var nodes: [JSONDocument.Node] = []
    private(set) var hasDottedKeys = false
    private var at = 0
    private var depth = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        nodes.reserveCapacity(bytes.count / 16 + 1)
    }

    mutating func scanText() throws(JSONSyntaxError) {
        guard bytes.count <= 1 << 30 else {
            throw JSONSyntaxError("the text is larger than 1 GiB", offset: 1 << 30, in: bytes)
        }
        try validateUTF8()
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        skipWhitespace()
        guard at < bytes.count else { throw failure("the text is empty, expected a JSON value") }
        try scanValue()
        skipWhitespace()
        guard at == bytes.count else {
            throw failure("found \(found) after the end of the value")
        }
    }

    private func validateUTF8() throws(JSONSyntaxError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONSyntaxError("bytes that are not UTF-8", offset: error.byteOffsets.lowerBound, in: bytes)
        }
    }

    private mutating func scanValue() throws(JSONSyntaxError) {
        guard at < bytes.count else { throw failure("the text ends where a value was expected") }
        switch bytes[at] {
        case UInt8(ascii: "{"): try scanObject()
        case UInt8(ascii: "["): try scanArray()
        case UInt8(ascii: "\""): try scanString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
        case UInt8(ascii: "t"): try scanWord("true", .true)
        case UInt8(ascii: "f"): try scanWord("false", .false)
        case UInt8(ascii: "n"): try scanWord("null", .null)
        default: throw failure("expected a value, found \(found)")
        }
    }

    private mutating func scanObject() throws(JSONSyntaxError) {
        let own = try open(.object)
        skipWhitespace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") { return close(own) }
        while true {
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw failure("expected a key in double quotes, found \(found)")
            }
            let keyStart = at
            try scanString()
            if hasDottedKeys == false,
                bytes[keyStart..<at].contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "\\") })
            {
                hasDottedKeys = true
            }
            skipWhitespace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else {
                throw failure("expected ':' after the key, found \(found)")
            }
            at += 1
            skipWhitespace()
            try scanValue()
            skipWhitespace()
            guard at < bytes.count else { throw failure("the text ends inside an object") }
            if bytes[at] == UInt8(ascii: "}") { return close(own) }
            guard bytes[at] == UInt8(ascii: ",") else { throw failure("expected ',' or '}', found \(found)") }
            at += 1
            skipWhitespace()
            if at < bytes.count, bytes[at] == UInt8(ascii: "}") { throw failure("a comma before '}' is not allowed") }
        }
    }

    private mutating func scanArray() throws(JSONSyntaxError) {
        let own = try open(.array)
        skipWhitespace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") { return close(own) }
        while true {
            try scanValue()
            skipWhitespace()
            guard at < bytes.count else { throw failure("the text ends inside an array") }
            if bytes[at] == UInt8(ascii: "]") { return close(own) }
            guard bytes[at] == UInt8(ascii: ",") else { throw failure("expected ',' or ']', found \(found)") }
            at += 1
            skipWhitespace()
            if at < bytes.count, bytes[at] == UInt8(ascii: "]") { throw failure("a comma before ']' is not allowed") }
        }
    }

    private mutating func open(_ kind: JSON.Kind) throws(JSONSyntaxError) -> Int {
        depth += 1
        guard depth <= maximumDepth else {
            throw failure("more than \(maximumDepth) arrays and objects inside one another")
        }
        nodes.append(.init(kind: kind, isEscaped: false, start: UInt32(at), end: 0, next: 0))
        at += 1
        return nodes.count - 1
    }

    private mutating func close(_ own: Int) {
        at += 1
        depth -= 1
        nodes[own].end = UInt32(at)
        nodes[own].next = UInt32(nodes.count)
    }

    private mutating func leaf(_ kind: JSON.Kind, from start: Int, isEscaped: Bool = false) {
        nodes.append(
            .init(
                kind: kind,
                isEscaped: isEscaped,
                start: UInt32(start),
                end: UInt32(at),
                next: UInt32(nodes.count + 1)
            )
        )
    }

    private mutating func scanString() throws(JSONSyntaxError) {
        let start = at
        var isEscaped = false
        at += 1
        let count = bytes.count
        while true {
            at = endOfOrdinary(from: at)
            guard at < count else { break }
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return leaf(.string, from: start, isEscaped: isEscaped)
            }
            guard byte == UInt8(ascii: "\\") else {
                throw failure("a control character must be escaped inside a string, found \(found)")
            }
            isEscaped = true
            try scanEscape()
        }
        throw failure("the text ends inside the string that begins at \(TextPosition(offset: start, in: bytes))")
    }

    /// The place of the next quote, backslash or control character, looked for eight bytes at a time.
    ///
    /// A byte of `word ^ pattern` is zero where the pattern's byte stands, and `(x - 1) & ~x` has its high bit set for
    /// the lowest zero byte x (Hacker's Delight, section 6-1); what it says of bytes above that one is not looked at.
    private func endOfOrdinary(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = bytes.span.bytes
        var next = start
        while next + 8 <= raw.byteCount {
            let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: next, as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let hits =
                ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- ones &* 0x20) & ~word)
                & highs
            if hits != 0 {
                return next + hits.trailingZeroBitCount / 8
            }
            next += 8
        }
        while next < bytes.count, bytes[next] >= 0x20, bytes[next] != UInt8(ascii: "\""),
            bytes[next] != UInt8(ascii: "\\")
        {
            next += 1
        }
        return next
    }

    private mutating func scanEscape() throws(JSONSyntaxError) {
        at += 1
        guard at < bytes.count else { throw failure("the text ends inside an escape") }
        switch bytes[at] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 1
        case UInt8(ascii: "u"):
            for digit in 1...4 {
                guard at + digit < bytes.count, bytes[at + digit].hexDigitValue != nil else {
                    at = min(at + digit, bytes.count)
                    throw failure("expected four hexadecimal digits after \\u, found \(found)")
                }
            }
            at += 5
        default:
            throw failure("unknown escape \\ before \(found)")
        }
    }

    private mutating func scanNumber() throws(JSONSyntaxError) {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "0") {
            at += 1
            if at < bytes.count, isDigit(bytes[at]) { throw failure("a number must not begin with 0") }
        } else {
            try scanDigits()
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try scanDigits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try scanDigits()
        }
        leaf(.number, from: start)
    }

    private mutating func scanDigits() throws(JSONSyntaxError) {
        guard at < bytes.count, isDigit(bytes[at]) else { throw failure("expected a digit, found \(found)") }
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    }

    private mutating func scanWord(_ word: String, _ kind: JSON.Kind) throws(JSONSyntaxError) {
        let start = at
        for byte in word.utf8 {
            guard at < bytes.count, bytes[at] == byte else {
                at = start
                throw failure("expected a value, found \(found)")
            }
            at += 1
        }
        leaf(kind, from: start)
    }

    private mutating func skipWhitespace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func failure(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(reason, offset: at, in: bytes) }

    /// What stands at the current place, for an error message: the character, or its code when it cannot be shown.
    private var found: String {
        guard at < bytes.count else { return "the end of the text" }
        let rest = String(decoding: bytes[at..<min(at + 4, bytes.count)], as: UTF8.self)
        guard let character = rest.unicodeScalars.first, character.value >= 0x20, character.value != 0x7F else {
            return "the control character \(bytes[at])"
        }
        return "'\(character)'"
    }

    /// Resolves the escapes of a validated string body; a lone surrogate becomes U+FFFD (RFC 8259 §8.2 leaves it open).
    static func unescape(_ content: ArraySlice<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(content.count)
        var at = content.startIndex
        while at < content.endIndex {
            guard content[at] == UInt8(ascii: "\\") else {
                out.append(content[at])
                at += 1
                continue
            }
            let escape = content[at + 1]
            at += 2
            switch escape {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"): out.append(contentsOf: unescapeUnit(content, &at))
            default: out.append(escape)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Reads the four digits at `at` and, after a high surrogate, the low one that follows.
    private static func unescapeUnit(_ content: ArraySlice<UInt8>, _ at: inout Int) -> [UInt8] {
        let first = unit(content, at)
        at += 4
        var value = first
        if first & 0xFC00 == 0xD800, at + 6 <= content.endIndex, content[at] == UInt8(ascii: "\\"),
            content[at + 1] == UInt8(ascii: "u")
        {
            let second = unit(content, at + 2)
            if second & 0xFC00 == 0xDC00 {
                value = 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)
                at += 6
            }
        }
        return Array(String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8)
    }

    private static func unit(_ content: ArraySlice<UInt8>, _ at: Int) -> UInt32 {
        content[at..<at + 4].reduce(0) { $0 << 4 | UInt32($1.hexDigitValue ?? 0) }
    }
}
