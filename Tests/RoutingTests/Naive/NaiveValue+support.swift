import Findings
import Glibc

/// What single values and texts are compared by, written down a second time and as plainly as possible.
///
/// Nothing here is shared with the engine but the JSON reader, so that a mistake would have to be made twice.
enum NaiveValue {
    /// Whether one leaf of an event is accepted by one alternative of a field; `exists` set to false accepts none.
    static func accepts(_ alternative: JSON, _ leaf: JSON) -> Bool {
        guard alternative.kind == .object else { return isSame(alternative, leaf) }
        guard let (name, operand) = alternative.members.first.map({ ($0.key, $0.value) }) else { return false }
        switch name {
        case "exists": return operand.kind == .true
        case "numeric": return isInRange(operand.elements, leaf)
        case "anything-but":
            if operand.kind == .object {
                guard let text = leaf.string, let inner = operand.members.first else { return true }
                let values = inner.value.kind == .array ? inner.value.elements : [inner.value]
                return values.contains { accepts(inner.key, $0, text) } == false
            }
            let refused = operand.kind == .array ? operand.elements : [operand]
            return refused.contains { isSame($0, leaf) } == false
        default: return leaf.string.map { accepts(name, operand, $0) } ?? false
        }
    }

    /// The operators that take a text.
    private static func accepts(_ name: String, _ operand: JSON, _ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        if operand.kind == .object, let inner = operand.members.first?.value.string {
            let wanted = Array(inner.unicodeScalars)
            guard wanted.count <= scalars.count else { return false }
            return equalsIgnoringCase(
                wanted,
                Array(name == "prefix" ? scalars.prefix(wanted.count) : scalars.suffix(wanted.count))
            )
        }
        let wanted = Array((operand.string ?? "").unicodeScalars)
        switch name {
        case "prefix": return wanted.count <= scalars.count && Array(scalars.prefix(wanted.count)) == wanted
        case "suffix": return wanted.count <= scalars.count && Array(scalars.suffix(wanted.count)) == wanted
        case "equals-ignore-case": return equalsIgnoringCase(wanted, scalars)
        case "wildcard": return matches(wildcard(wanted)[...], scalars[...])
        case "cidr": return isInBlock(operand.string ?? "", text)
        default: return false
        }
    }

    private static func equalsIgnoringCase(_ wanted: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        wanted.count == text.count
            && zip(wanted, text).allSatisfy { letter, found in
                let forms = [
                    String(letter), letter.properties.lowercaseMapping, letter.properties.uppercaseMapping,
                ]
                return forms.contains { Array($0.unicodeScalars) == [found] }
            }
    }

    /// Each a literal character, or `nil` for a star.
    private static func wildcard(_ text: [Unicode.Scalar]) -> [Unicode.Scalar?] {
        var pieces: [Unicode.Scalar?] = []
        var isEscaped = false
        for scalar in text {
            if isEscaped == false, scalar == "\\" {
                isEscaped = true
            } else {
                pieces.append(isEscaped == false && scalar == "*" ? nil : scalar)
                isEscaped = false
            }
        }
        return pieces
    }

    static func matches(_ glob: ArraySlice<Unicode.Scalar?>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = glob.first else { return text.isEmpty }
        guard let literal = first else {
            return (text.startIndex...text.endIndex).contains { matches(glob.dropFirst(), text[$0...]) }
        }
        return text.first == literal && matches(glob.dropFirst(), text.dropFirst())
    }

    /// Whether two scalars are the same: strings by code points, numbers by value, everything else by kind.
    private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
        guard left.kind == right.kind else { return false }
        switch left.kind {
        case .string:
            return left.string.map { Array($0.unicodeScalars) } == right.string.map { Array($0.unicodeScalars) }
        case .number:
            switch (number(left.text), number(right.text)) {
            case (let left?, let right?): return left == right
            case (nil, nil): return left.text == right.text
            default: return false
            }
        default: return true
        }
    }

    private static func isInRange(_ words: [JSON], _ leaf: JSON) -> Bool {
        guard leaf.kind == .number, let value = number(leaf.text) else { return false }
        return stride(from: 0, to: words.count, by: 2).allSatisfy { at in
            guard let bound = number(words[at + 1].text) else { return false }
            switch words[at].string {
            case "=": return value == bound
            case "<": return value < bound
            case "<=": return value <= bound
            case ">": return value > bound
            default: return value >= bound
            }
        }
    }

    /// The binary64 that stands for the decimal exactly, in the sense that it is written as the same decimal.
    private static func number(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite, decimal(text) == decimal("\(value)") else { return nil }
        return value
    }

    /// `-`, the digits without zeros at either end, and the exponent of the last of them.
    private static func decimal(_ text: String) -> String {
        let parts = text.lowercased().split(separator: "e")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var digits = String(mantissa[0]) + fraction
        var exponent = (parts.count > 1 ? Int(parts[1].drop { $0 == "+" }) ?? 0 : 0) - fraction.count
        while digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        digits = String(digits.drop { $0 == "0" })
        return digits.isEmpty ? "0" : "\(text.hasPrefix("-") ? "-" : "")\(digits)e\(exponent)"
    }

    /// Asks the C library what an address is, and compares bit by bit.
    private static func isInBlock(_ block: String, _ text: String) -> Bool {
        let parts = block.split(separator: "/")
        guard parts.count == 2, let count = Int(parts[1]), let network = bits(String(parts[0])),
            let address = bits(text),
            network.count == address.count
        else { return false }
        return network.prefix(count) == address.prefix(count)
    }

    private static func bits(_ address: String) -> [Bool]? {
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            if inet_pton(family, address, &bytes) == 1 {
                return bytes.flatMap { byte in (0..<8).map { byte & 0x80 >> $0 != 0 } }
            }
        }
        return nil
    }
}
