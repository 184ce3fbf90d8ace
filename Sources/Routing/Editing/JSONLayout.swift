import Findings

/// How a text lays its JSON out, so that what is put in looks like the rest.
struct JSONLayout {
    /// One step of indentation.
    let unit: String
    let newline: String
    /// Whether braces stand apart from what they hold: `{ "a": 1 }`.
    let isSpaced: Bool

    /// What fits into one line is written in one.
    private static let width = 100

    init(of bytes: [UInt8]) {
        newline = bytes.contains(UInt8(ascii: "\r")) ? "\r\n" : "\n"
        // The first line that is indented tells the step.
        var unit = "  "
        var at = 0
        while let lineEnd = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) {
            let indent = bytes[(lineEnd + 1)...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            let after = indent.endIndex
            if indent.isEmpty == false, after < bytes.count, bytes[after] == UInt8(ascii: "\"") {
                unit = String(decoding: indent, as: UTF8.self)
                break
            }
            at = lineEnd + 1
        }
        self.unit = unit
        let spaced = Array("{ \"".utf8)
        let tight = Array("{\"".utf8)
        isSpaced = bytes.firstRange(of: spaced) != nil || bytes.firstRange(of: tight) == nil
    }

    /// The value as text, to stand behind so much indentation; without any, in one line.
    func text(_ value: JSONValue, indent: String?) -> String {
        let line = oneLine(value)
        guard let indent, indent.utf8.count + line.utf8.count > JSONLayout.width else { return line }
        let inner = indent + unit
        switch value {
        case .object(let members) where members.isEmpty == false:
            let lines = members.map { inner + JSONValue.string($0.key).text + ": " + text($0.value, indent: inner) }
            return "{\(newline)\(lines.joined(separator: ",\(newline)"))\(newline)\(indent)}"
        case .array(let elements) where elements.isEmpty == false:
            let lines = elements.map { inner + text($0, indent: inner) }
            return "[\(newline)\(lines.joined(separator: ",\(newline)"))\(newline)\(indent)]"
        default: return line
        }
    }

    private func oneLine(_ value: JSONValue) -> String {
        switch value {
        case .object(let members) where members.isEmpty == false:
            let inside = members.map { JSONValue.string($0.key).text + ": " + oneLine($0.value) }
                .joined(separator: ", ")
            return isSpaced ? "{ \(inside) }" : "{\(inside)}"
        case .array(let elements): return "[\(elements.map(oneLine).joined(separator: ", "))]"
        default: return value.text
        }
    }
}

extension JSONValue {
    /// The value as text over several lines, as a routes.json has it.
    package var laidOut: String { JSONLayout(of: Array("{\n  \"version\": 1\n}".utf8)).text(self, indent: "") }
}
