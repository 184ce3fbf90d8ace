package import Findings

/// A compiled EventBridge event pattern.
///
/// Semantics are those of Amazon EventBridge ("Creating Amazon EventBridge event patterns" and the operators' page of
/// the EventBridge user guide), array consistency included: every field that leads into one array must be satisfied
/// by the same element of it. Two deliberate differences: a field that stands both outside and inside `$or` is a true
/// AND, and a CIDR block of one address family never matches an address of the other.
package struct EventPattern: Sendable {
    /// The alternatives that `$or` expands to; one matching is enough.
    let branches: [Branch]

    /// Bounds on what may be compiled, so that no pattern can make matching slow.
    package enum Limit {
        /// Alternatives that all `$or` lists multiply out to.
        package static let branches = 1_024
        /// Fields in one alternative.
        package static let fields = 256
        /// Objects inside one another.
        package static let depth = 64
        /// `*` in one wildcard.
        package static let wildcards = 64
        /// Fields of all alternatives together.
        package static let totalFields = 16_384
    }

    /// One path and what is accepted there.
    struct Field: Sendable {
        /// Keys joined by dots.
        var path: String
        var test: ValueTest
        /// What stands in the pattern, for explanations.
        var text: String
        /// Offset of the alternatives in the pattern's text.
        var offset: Int
    }

    /// Compiles a pattern.
    ///
    /// - Parameter json: The pattern as it stands in its document; positions in errors are those of that document.
    /// - Throws: ``EventPatternError`` for the first thing that is wrong.
    package init(_ json: JSON) throws(EventPatternError) {
        var compiler = PatternCompiler()
        branches = try compiler.compile(json)
    }
}

/// Why an event pattern cannot be used.
package struct EventPatternError: Error, Hashable, CustomStringConvertible {
    /// Where in the pattern, keys joined by dots; empty at the top.
    package var path: String
    /// RFC 6901 pointer from the pattern's own root.
    package var pointer: String
    /// 0-based offset in the text in which the pattern stands.
    package var offset: Int
    /// What is wrong, with the offending value.
    package var reason: String
    /// A word that was probably meant.
    package var suggestion: String?

    package var description: String {
        let prefix = path.isEmpty ? "" : "\(path): "
        return prefix + reason + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}

/// A set of a branch's fields.
struct FieldMask: Sendable, Hashable {
    private var words = SIMD4<UInt64>(repeating: 0)

    mutating func insert(_ field: Int) { words[field >> 6] |= 1 << UInt64(field & 63) }

    func contains(_ field: Int) -> Bool { words[field >> 6] & (1 << UInt64(field & 63)) != 0 }

    mutating func formUnion(_ other: FieldMask) { words |= other.words }

    static func all(_ count: Int) -> FieldMask {
        var mask = FieldMask()
        for field in 0..<count { mask.insert(field) }
        return mask
    }
}
