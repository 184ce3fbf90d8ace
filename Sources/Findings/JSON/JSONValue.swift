/// A JSON value to be written: what a program says, as ``JSON`` is what it was told.
///
/// Members keep the order in which they are given, so that output is stable and can be compared as text.
package enum JSONValue: Sendable, Hashable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    /// A finite number; one that is not finite is written as `null`, since JSON has no word for it.
    case double(Double)
    case bool(Bool)
    case null
    /// A value that is JSON text already, written as it is; it must come from ``JSON/text`` or from ``text``.
    case raw(String)

    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Those of an object; none of anything else.
    package var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// An object without the members whose value is `nil`.
    package static func compact(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// The string, or `null` when there is none.
    package init(_ string: String?) {
        self = string.map { .string($0) } ?? .null
    }

    /// The value as JSON text on one line, UTF-8 kept as it is.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as JSON text on one line.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        // What most findings take, so that nothing is moved while it grows.
        out.reserveCapacity(1024)
        write(to: &out)
        return out
    }

    /// Appends the value as JSON text on one line.
    package func write(to out: inout [UInt8]) {
        switch self {
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONValue.write(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .string(let string): JSONValue.write(string, to: &out)
        case .integer(let integer): out.append(contentsOf: String(integer).utf8)
        case .double(let double): out.append(contentsOf: (double.isFinite ? String(double) : "null").utf8)
        case .bool(let bool): out.append(contentsOf: (bool ? "true" : "false").utf8)
        case .null: out.append(contentsOf: "null".utf8)
        case .raw(let text): out.append(contentsOf: text.utf8)
        }
    }

    /// RFC 8259 §7, and U+2028, U+2029 and `<` escaped as well, so that the text is safe inside a script or page.
    static func write(_ string: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        // Nearly every text of a finding: nothing to escape, so nothing to look at twice.
        let isWritten = string.utf8.withContiguousStorageIfAvailable { utf8 in
            // Without leaving early, so that many bytes are compared at a time.
            var special: UInt8 = 0
            for byte in utf8 { special |= isPlain(byte) ? 0 : 1 }
            if special == 0 { out.append(contentsOf: utf8) }
            return special == 0
        }
        if isWritten == true { return out.append(UInt8(ascii: "\"")) }
        let utf8 = Array(string.utf8)
        var at = 0
        while at < utf8.count {
            let byte = utf8[at]
            switch byte {
            case UInt8(ascii: "\""): out.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): out.append(contentsOf: #"\\"#.utf8)
            case 0x0A: out.append(contentsOf: #"\n"#.utf8)
            case 0x0D: out.append(contentsOf: #"\r"#.utf8)
            case 0x09: out.append(contentsOf: #"\t"#.utf8)
            case 0x00..<0x20, UInt8(ascii: "<"), 0x7F:
                out.append(contentsOf: #"\u00"#.utf8)
                out.append(hexDigits[Int(byte >> 4)])
                out.append(hexDigits[Int(byte & 15)])
            case 0xE2 where at + 2 < utf8.count && utf8[at + 1] == 0x80 && utf8[at + 2] & 0xFE == 0xA8:
                out.append(contentsOf: (utf8[at + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
                at += 2
            default: out.append(byte)
            }
            at += 1
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Whether the byte is written as it is whatever stands beside it; 0xE2 may begin U+2028.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "<")
            && byte != 0x7F && byte != 0xE2
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
