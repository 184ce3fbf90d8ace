/// HTML text that is put together by interpolation: a `String` is escaped on its way in, an `HTML` is not.
///
/// So a stranger's text cannot become markup by being forgotten.
package struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    package private(set) var text: String

    package init(stringLiteral value: String) { text = value }

    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    package static func + (left: HTML, right: HTML) -> HTML {
        var result = left
        result.text += right.text
        return result
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ html: HTML) { text += html.text }
        package mutating func appendInterpolation(_ number: Int) { text += String(number) }
        package mutating func appendInterpolation(_ string: String) { text += HTML.escape(string) }
        package mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }
    }

    /// The text as it is, markup apart: for boxes whose text is sent back and must not have changed on the way.
    package static func verbatim(_ text: String) -> HTML { HTML(stringLiteral: markupEscaped(text)) }

    /// The text for an element's content or an attribute in double quotes; controls that HTML forbids become `U+FFFD`.
    private static func escape(_ string: String) -> String {
        let escaped = markupEscaped(string)
        // Most texts are plain; to look at each of their characters takes longer than to look at their bytes.
        return escaped.utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? escaped : Printable.clean(escaped)
    }

    private static func markupEscaped(_ string: String) -> String {
        guard string.utf8.contains(where: { reference(of: $0) != nil }) else { return string }
        // Byte by byte: a string that grows by pieces may copy itself for each of them.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(string.utf8.count + string.utf8.count / 4)
        for byte in string.utf8 {
            if let reference = reference(of: byte) {
                bytes.append(contentsOf: reference.utf8)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How a byte is written that would be markup.
    private static func reference(of byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
