/// A shared configuration or credentials file of AWS (AWS SDKs and tools reference guide, "Format of the config file").
struct SharedFile {
    /// Section name as written → key in lower case → value.
    private(set) var sections: [String: [String: String]] = [:]

    /// Reads the file. Lines that are nothing known are passed over, as the SDKs do; nested blocks are indented.
    init(_ text: String) {
        var current: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, first.isWhitespace == false, first != "#", first != ";" else { continue }
            let body = SharedFile.withoutComment(line)
            if body.hasPrefix("["), let end = body.firstIndex(of: "]") {
                let words = body[body.index(after: body.startIndex)..<end].split { $0 == " " || $0 == "\t" }
                let name = words.joined(separator: " ")
                current = name
                sections[name] = sections[name] ?? [:]
            } else if let current, let equals = body.firstIndex(of: "=") {
                let key = SharedFile.trimmed(body[..<equals]).lowercased()
                sections[current]?[key] = SharedFile.trimmed(body[body.index(after: equals)...])
            }
        }
    }

    /// What follows `#` or `;` behind a blank is a comment.
    private static func withoutComment(_ line: Substring) -> String {
        var previous: Character = "x"
        for index in line.indices {
            if line[index] == "#" || line[index] == ";", previous == " " || previous == "\t" {
                return trimmed(line[..<index])
            }
            previous = line[index]
        }
        return trimmed(line)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
