import Findings

extension RouteReader {
    /// The value as an error message calls it; long strings are cut, control characters escaped.
    static func found(_ json: JSON) -> String {
        switch json.kind {
        case .string: "the string \(quoted(json.string ?? ""))"
        case .number: "the number \(json.text.prefix(40))"
        case .true, .false, .null: json.text
        case .array: json.elements.isEmpty ? "an empty list" : "a list"
        case .object: json.members.isEmpty ? "an empty object" : "an object"
        }
    }

    /// The text in double quotes on one line, cut after 60 characters; what cannot be seen is written as its code, and
    /// what has the form of a secret is not repeated.
    static func quoted(_ text: String) -> String {
        SecretForm.of(text).map { "what looks like \($0)" } ?? EscapedText.quoted(text)
    }

    static func oneOf(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }

    /// Whether the text could break a line or a header: control characters, DEL and the two Unicode line breaks.
    static func hasControlCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
        }
    }
}
