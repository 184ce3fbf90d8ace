import Findings
import HTTPSurface

/// Text as a box of several lines holds and sends it.
enum FormText {
    /// With the line ends that files have; forms send `CR LF` (HTML, form submission).
    static func lines(_ text: String) -> String { text.replacing("\r\n", with: "\n") }

    /// A value as it is laid out in its file, without the indentation of its place.
    static func json(_ json: JSON) -> String {
        let lines = shown(json.text).replacing("\t", with: "  ").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        guard lines.count > 1, let last = lines.last else { return String(lines.first ?? "") }
        let indent = last.prefix { $0 == " " }.count
        return ([lines[0]] + lines.dropFirst().map { $0.dropFirst(min(indent, $0.prefix { $0 == " " }.count)) })
            .joined(separator: "\n")
    }

    /// JSON text in which what a page would not show is written as its code, which only strings can hold; without `CR`.
    static func shown(_ text: String) -> String {
        guard text.utf8.allSatisfy(isPlain) == false else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\r" { continue }
            if scalar.isASCII ? isPlain(UInt8(truncatingIfNeeded: scalar.value)) : isShown(scalar) {
                result.append(scalar)
            } else {
                let code = String(0x10000 + scalar.value, radix: 16).suffix(4)
                result.append(contentsOf: "\\u\(code)".unicodeScalars)
            }
        }
        return String(result)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        let one = String(scalar)
        return Printable.clean(one) == one
    }
}
