package import Findings

/// Where a value stands in a JSON text (RFC 6901).
package struct JSONPointer: Sendable, Hashable {
    /// Decoded: `a/b` for `/a~1b`.
    package var tokens: [String]

    package init(_ tokens: [String]) { self.tokens = tokens }

    /// Reads `/rules/0/when`, or nothing for the whole text; `nil` when it is not a pointer.
    package init?(_ text: String) {
        guard text.isEmpty == false else {
            tokens = []
            return
        }
        guard text.first == "/" else { return nil }
        tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { token in
            String(token.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }

    package var text: String { tokens.map { "/" + JSONPointer.escaped($0) }.joined() }

    /// A token as it stands in a pointer.
    static func escaped(_ token: String) -> String {
        // Nearly every key has neither, and a large file has a hundred thousand keys.
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
        return token.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    package var parent: JSONPointer { JSONPointer(Array(tokens.dropLast())) }

    package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The value there; `nil` when there is none.
    package func value(in root: JSON) -> JSON? {
        var value = root
        for token in tokens {
            switch value.kind {
            case .object:
                guard let next = value[token] else { return nil }
                value = next
            case .array:
                let elements = value.elements
                guard let index = JSONPointer.index(token), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    /// An index as RFC 6901 §4 writes it: no sign, no leading zero.
    package static func index(_ token: String) -> Int? {
        guard let index = Int(token), String(index) == token, index >= 0 else { return nil }
        return index
    }
}
