import Findings

/// What one field of an event pattern accepts, as it is read: one accepting alternative is enough.
struct Alternatives: Sendable {
    /// Exact strings, as UTF-8: equality of code points, no folding and no normalisation.
    var strings = ByteStringSet()
    var numbers: [PatternNumber] = []
    var acceptsTrue = false
    var acceptsFalse = false
    var acceptsNull = false
    /// `{"exists": true}`: any leaf.
    var acceptsPresence = false
    /// `{"exists": false}`: no leaf at all.
    var acceptsAbsence = false
    var operators: [ValueTest.Operator] = []
}

/// The alternatives of one field of an event pattern, compiled.
///
/// A class, so that passing one on costs one reference count and not one for each list in it.
final class ValueTest: Sendable {
    let strings: ByteStringSet
    let numbers: [PatternNumber]
    let acceptsTrue: Bool
    let acceptsFalse: Bool
    let acceptsNull: Bool
    let acceptsPresence: Bool
    let acceptsAbsence: Bool
    let operators: [Operator]

    init(_ alternatives: Alternatives) {
        strings = alternatives.strings
        numbers = alternatives.numbers
        acceptsTrue = alternatives.acceptsTrue
        acceptsFalse = alternatives.acceptsFalse
        acceptsNull = alternatives.acceptsNull
        acceptsPresence = alternatives.acceptsPresence
        acceptsAbsence = alternatives.acceptsAbsence
        operators = alternatives.operators
    }

    /// An alternative that is neither a plain value nor `exists`.
    enum Operator: Sendable {
        case prefix([UInt8])
        case suffix([UInt8])
        case prefixIgnoringCase(CaseFolding)
        case suffixIgnoringCase(CaseFolding)
        case equalsIgnoringCase(CaseFolding)
        case wildcard(Wildcard)
        case numeric(NumericRange)
        case cidr(CIDRBlock)
        case anythingButStrings(ByteStringSet)
        case anythingButNumbers([PatternNumber])
        /// A string that any of these accepts is refused; every other leaf is accepted.
        case anythingBut([Operator])
    }

    /// Whether some alternative accepts this leaf.
    ///
    /// - Parameters:
    ///   - index: A string, number, boolean or null of the document.
    ///   - document: The event's document.
    /// - Returns: `false` for objects and arrays, which are no leaves.
    func accepts(_ index: Int, of document: JSONDocument) -> Bool {
        let node = document.nodes[index]
        if acceptsPresence { return node.kind != .object && node.kind != .array }
        switch node.kind {
        case .string:
            if strings.isEmpty == false, strings.contains(document.stringBytes(node)) { return true }
            if operators.isEmpty { return false }
            let bytes = document.stringBytes(node)
            return operators.contains { $0.accepts(string: bytes) }
        case .number:
            if numbers.isEmpty, operators.isEmpty { return false }
            let number = PatternNumber(text: String(decoding: document.bytes[node.range], as: UTF8.self))
            return numbers.contains(number) || operators.contains { $0.accepts(number: number) }
        case .true: return acceptsTrue || operators.contains(where: \.acceptsOthers)
        case .false: return acceptsFalse || operators.contains(where: \.acceptsOthers)
        case .null: return acceptsNull || operators.contains(where: \.acceptsOthers)
        case .object, .array: return false
        }
    }
}

extension ValueTest.Operator {
    func accepts(string: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .prefix(let prefix): string.hasBytes(prefix, at: string.startIndex)
        case .suffix(let suffix): string.hasBytes(suffix, at: string.endIndex - suffix.count)
        case .prefixIgnoringCase(let folding): folding.isPrefix(of: string)
        case .suffixIgnoringCase(let folding): folding.isSuffix(of: string)
        case .equalsIgnoringCase(let folding): folding.equals(string)
        case .wildcard(let wildcard): wildcard.matches(string)
        case .numeric: false
        case .cidr(let block): CIDRBlock.address(string).map(block.contains) ?? false
        case .anythingButStrings(let strings): strings.contains(string) == false
        case .anythingButNumbers: true
        case .anythingBut(let refused): refused.contains { $0.accepts(string: string) } == false
        }
    }

    func accepts(number: PatternNumber) -> Bool {
        switch self {
        case .numeric(let range): range.contains(number)
        case .anythingButNumbers(let numbers): numbers.contains(number) == false
        default: acceptsOthers
        }
    }

    /// Whether leaves of a kind that the operator does not speak of are accepted.
    var acceptsOthers: Bool {
        switch self {
        case .anythingButStrings, .anythingButNumbers, .anythingBut: true
        default: false
        }
    }
}

extension JSONDocument {
    /// The UTF-8 of a string node, escapes resolved; no copy when there are none.
    func stringBytes(_ node: Node) -> ArraySlice<UInt8> {
        guard node.isEscaped else { return bytes[Int(node.start) + 1..<Int(node.end) - 1] }
        return Array(decodedString(node).utf8)[...]
    }
}

extension JSONDocument.Node {
    var range: Range<Int> { Int(start)..<Int(end) }
}

extension ArraySlice<UInt8> {
    /// Whether these bytes stand at the index; `false` when they would reach over an end.
    func hasBytes(_ other: [UInt8], at index: Int) -> Bool {
        guard index >= startIndex, index + other.count <= endIndex else { return false }
        var at = index
        for byte in other {
            if self[at] != byte { return false }
            at += 1
        }
        return true
    }
}
