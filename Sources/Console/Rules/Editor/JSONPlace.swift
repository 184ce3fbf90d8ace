import Findings
import Operations
import Routing

/// A part of routes.json that is edited as text by itself.
struct JSONPlace: Sendable, Hashable {
    var pointer: JSONPointer

    static func rule(_ place: Int) -> JSONPlace { JSONPlace(pointer: JSONPointer(["rules", "\(place)"])) }

    /// What an editor shows.
    struct Shown: Sendable, Hashable {
        var text: String
        /// The line of the file in which it begins.
        var line: Int
    }

    /// The part as it is written, without the indentation of its place; `nil` when it is not there.
    func shown(in set: RuleSet) -> Shown? {
        guard let json = pointer.value(in: set.root) else { return nil }
        return Shown(text: FormText.json(json), line: json.position.line)
    }

    /// The whole file with another text in this place, be it JSON or not; `nil` when only JSON can be put there.
    ///
    /// - Parameters:
    ///   - text: What was written into the editor; nothing takes the part away.
    ///   - set: The file.
    /// - Returns: The file.
    /// - Throws: When the place is not one in which anything can stand.
    func file(with text: String, in set: RuleSet) throws -> [UInt8]? {
        let present = pointer.value(in: set.root)
        let written = FormText.lines(text)
        var file = try RouteText(set.bytes)
        guard written.allSatisfy(\.isWhitespace) == false else {
            if present != nil { try file.apply(.remove(pointer.text)) }
            return file.bytes
        }
        if let present {
            let indented = JSONPlace.indented(written, as: present)
            var bytes = set.bytes
            bytes.replaceSubrange(present.bytes.startIndex..<present.bytes.endIndex, with: Array(indented.utf8))
            return bytes
        }
        guard JSONPlace.isJSON(written) else { return nil }
        if pointer.tokens.count == 2, pointer.parent.value(in: set.root) == nil {
            let isList = pointer.tokens[0] == "expectations"
            let whole = JSONValue.object([JSONValue.Member(pointer.tokens[1], .raw(written))])
            try file.apply(.set(pointer.parent.text, isList ? .array([.raw(written)]) : whole))
        } else {
            try file.apply(.set(pointer.text, .raw(written)))
        }
        return file.bytes
    }

    private static func isJSON(_ text: String) -> Bool {
        do throws(JSONSyntaxError) {
            _ = try JSONDocument.parse(Array(text.utf8))
            return true
        } catch {
            return false
        }
    }

    /// The text without the white space around it, its lines as far to the right as the value in whose place it comes.
    private static func indented(_ text: String, as present: JSON) -> String {
        var trimmed = Substring(text)
        while trimmed.first?.isWhitespace == true { trimmed.removeFirst() }
        while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
        let bytes = present.document.bytes
        let lineStart = bytes[..<present.offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let indent = bytes[lineStart...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let newline = bytes.contains(UInt8(ascii: "\r")) ? "\r\n" : "\n"
        return trimmed.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: newline + String(decoding: indent, as: UTF8.self))
    }
}

/// A word of a text that is to be another one.
struct WordFix: Sendable, Hashable {
    /// Of the file; 1 or more.
    var line: Int
    /// In bytes; 1 or more.
    var column: Int
    var word: String

    init(line: Int, column: Int, word: String) {
        self.line = line
        self.column = column
        self.word = word
    }

    /// - Parameter text: `fix 121:33 account`; `nil` when it is something else.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, words[0] == "fix" else { return nil }
        let numbers = words[1].split(separator: ":").compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        self.init(line: numbers[0], column: numbers[1], word: words[2])
    }

    var text: String { "fix \(line):\(column) \(word)" }

    /// The file with the word put in; as it was when no string stands there any more.
    func applied(to bytes: [UInt8]) -> [UInt8] {
        var at = 0
        for _ in 1..<max(1, line) {
            guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) else { return bytes }
            at = end + 1
        }
        let start = at + column - 1
        guard column > 0, bytes.indices.contains(start), bytes[start] == UInt8(ascii: "\"") else { return bytes }
        var end = start + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\n") {
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return bytes }
        return Array(bytes[..<start]) + JSONValue.string(word).bytes + Array(bytes[(end + 1)...])
    }
}
