import Findings

/// Reading of values, each by its type.
enum Read {
    static func text(_ json: JSON, _ text: inout String) -> Bool {
        guard let string = json.string else { return false }
        text = string
        return string.isEmpty == false
    }

    static func bool(_ json: JSON, _ value: inout Bool) -> Bool {
        guard let bool = json.bool else { return false }
        value = bool
        return true
    }

    static func list(_ json: JSON, _ list: inout [String]) -> Bool {
        guard json.kind == .array else { return false }
        list = json.elements.compactMap(\.string)
        return list.count == json.elements.count
    }

    /// A list as one box shows it; an empty one would be gone with its member.
    static func list(_ json: JSON, _ text: inout String) -> Bool {
        var values: [String] = []
        guard list(json, &values), values.isEmpty == false else { return false }
        text = ListText.text(values)
        return true
    }

    static func number(_ json: JSON, _ text: inout String) -> Bool {
        guard let integer = json.integer else { return false }
        text = String(integer)
        return true
    }
}

/// Values of members; `nil` for what is empty, which is not written.
enum Written {
    static func text(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }

    static func list(_ text: String) -> JSONValue? {
        let values = ListText.values(text)
        return values.isEmpty ? nil : .array(values.map { .string($0) })
    }

    /// What is no number is written as it is, for the reader of the file to say so.
    static func number(_ text: String) -> JSONValue? {
        text.isEmpty ? nil : Int(text).map { .integer($0) } ?? .string(text)
    }
}
