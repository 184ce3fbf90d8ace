package import Findings

extension JSON {
    /// Whether two values mean the same: objects whatever the order of their members, numbers and strings however they are
    /// spelled.
    package func means(_ other: JSON) -> Bool {
        switch (kind, other.kind) {
        case (.object, .object):
            let (mine, theirs) = (members, other.members)
            guard mine.count == theirs.count else { return false }
            return mine.allSatisfy { member in other[member.key].map { member.value.means($0) } ?? false }
        case (.array, .array):
            let (mine, theirs) = (elements, other.elements)
            return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.means($1) }
        case (.string, .string): return string == other.string
        case (.number, .number): return text == other.text || (double == other.double && double != nil)
        default: return kind == other.kind
        }
    }

    /// The value, to be written elsewhere; numbers keep their spelling.
    package var value: JSONValue {
        switch kind {
        case .object: .object(members.map { JSONValue.Member($0.key, $0.value.value) })
        case .array: .array(elements.map(\.value))
        case .string: .string(string ?? "")
        case .number: .raw(text)
        case .true: true
        case .false: false
        case .null: .null
        }
    }
}

/// Whether two values, or their absence, mean the same.
func isSame(_ one: JSON?, _ other: JSON?) -> Bool {
    switch (one, other) {
    case (nil, nil): true
    case (let one?, let other?): one.means(other)
    default: false
    }
}
