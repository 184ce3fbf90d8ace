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
    private static func escape(_ string: String) -> String { Printable.clean(markupEscaped(string)) }

    private static func markupEscaped(_ string: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
