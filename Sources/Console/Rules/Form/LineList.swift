import Findings

/// Several values in one box, one a line.
enum LineList {
    static func values(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { line in
            String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }.filter { $0.isEmpty == false }
    }

    static func take(_ json: JSON, _ text: inout String) -> Bool {
        var values: [String] = []
        guard Read.list(json, &values) else { return false }
        text = values.joined(separator: "\n")
        return true
    }

    static func json(_ text: String) -> JSONValue? {
        let values = values(text)
        return values.isEmpty ? nil : .array(values.map { .string($0) })
    }
}
