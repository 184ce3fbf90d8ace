/// Reads the text of single elements of the small XML documents that STS and older services answer with.
///
/// No more than that: four texts of a known document need neither namespaces nor a tree, and a parser would bring its own
/// reading of entities and documents that it fetches.
enum XMLText {
    /// The text of the first element of this name that holds nothing but text.
    static func first(_ name: String, in document: String) -> String? {
        guard let start = document.firstRange(of: "<\(name)>"),
            let end = document[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        let text = document[start.upperBound..<end.lowerBound]
        return text.contains("<") ? nil : decoded(text)
    }

    private static let entities = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'",
    ]

    private static func decoded(_ text: Substring) -> String {
        var out = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: "&") {
            out += rest[..<ampersand]
            rest = rest[rest.index(after: ampersand)...]
            guard let semicolon = rest.prefix(12).firstIndex(of: ";"), let value = entity(rest[..<semicolon]) else {
                out += "&"
                continue
            }
            out += value
            rest = rest[rest.index(after: semicolon)...]
        }
        return out + rest
    }

    private static func entity(_ name: Substring) -> String? {
        guard name.hasPrefix("#") else { return entities[String(name)] }
        let digits = name.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
}
