import Findings

/// Reads one alternative of a field: a plain value or an object with exactly one operator.
enum PatternOperator {
    typealias Position = PatternCompiler.Position

    /// The operators of the EventBridge user guide.
    static let names = [
        "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "exists", "cidr",
    ]
    /// Names that EventBridge refuses as fields inside `$or`.
    static let reserved = Set(names + ["exactly"])
    private static let insideAnythingBut = ["prefix", "suffix", "equals-ignore-case", "wildcard"]

    static func add(
        _ value: JSON,
        to test: inout Alternatives,
        at position: Position
    ) throws(EventPatternError) {
        switch value.kind {
        case .string: test.strings.insert(Array((value.string ?? "").utf8))
        case .number: test.numbers.append(PatternNumber(text: value.text))
        case .true: test.acceptsTrue = true
        case .false: test.acceptsFalse = true
        case .null: test.acceptsNull = true
        case .array:
            throw position.error(
                "an alternative is a string, number, true, false, null or an operator, found the array \(excerpt(value))"
            )
        case .object: try addOperator(value, to: &test, at: position)
        }
    }

    private static func addOperator(
        _ object: JSON,
        to test: inout Alternatives,
        at position: Position
    ) throws(EventPatternError) {
        let member = try onlyMember(of: object, at: position, allowed: names)
        let here = position.step(member.key, member.value)
        switch member.key {
        case "exists":
            switch member.value.kind {
            case .true: test.acceptsPresence = true
            case .false: test.acceptsAbsence = true
            default: throw here.error("exists takes true or false, found \(excerpt(member.value))")
            }
        case "prefix": test.operators.append(try affix(member, at: here))
        case "suffix": test.operators.append(try affix(member, at: here))
        case "equals-ignore-case":
            test.operators.append(
                .equalsIgnoringCase(CaseFolding(try string(member.value, "equals-ignore-case", here)))
            )
        case "wildcard":
            test.operators.append(.wildcard(try wildcard(try string(member.value, "wildcard", here), at: here)))
        case "numeric": test.operators.append(.numeric(try numeric(member.value, at: here)))
        case "cidr": test.operators.append(.cidr(try cidr(try string(member.value, "cidr", here), at: here)))
        default: test.operators.append(try anythingBut(member.value, at: here))
        }
    }

    private static func onlyMember(
        of object: JSON,
        at position: Position,
        allowed: [String]
    ) throws(EventPatternError) -> JSON.Member {
        let members = object.members
        guard let member = members.first else {
            throw position.error("an operator is missing; allowed are \(allowed.joined(separator: ", "))")
        }
        for member in members where allowed.contains(member.key) == false {
            throw position.error(
                "unknown operator \"\(member.key)\"; allowed are \(allowed.joined(separator: ", "))",
                suggestion: NearestWord.of(member.key, among: allowed)
            )
        }
        guard members.count == 1 else {
            throw position.error(
                "an alternative has exactly one operator, found \(members.map(\.key).joined(separator: " and "))"
            )
        }
        return member
    }

    private static func affix(
        _ member: JSON.Member,
        at position: Position
    ) throws(EventPatternError) -> ValueTest.Operator {
        let isPrefix = member.key == "prefix"
        if member.value.kind == .object {
            let inner = try onlyMember(of: member.value, at: position, allowed: ["equals-ignore-case"])
            let folding = CaseFolding(
                try string(inner.value, "equals-ignore-case", position.step(inner.key, inner.value))
            )
            return isPrefix ? .prefixIgnoringCase(folding) : .suffixIgnoringCase(folding)
        }
        let bytes = Array(try string(member.value, member.key, position).utf8)
        return isPrefix ? .prefix(bytes) : .suffix(bytes)
    }

    private static func string(
        _ value: JSON,
        _ name: String,
        _ position: Position
    ) throws(EventPatternError) -> String {
        guard let string = value.string else { throw position.error("\(name) takes a string, found \(excerpt(value))") }
        return string
    }

    private static func wildcard(
        _ text: String,
        at position: Position
    ) throws(EventPatternError) -> Wildcard {
        var literals = [""]
        var isEscaped = false
        var wasStar = false
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if isEscaped {
                guard scalar == "*" || scalar == "\\" else {
                    throw position.error(
                        "in a wildcard \\ stands only before * and \\, see character \(index + 1) of \"\(excerpt(text))\""
                    )
                }
                literals[literals.count - 1].unicodeScalars.append(scalar)
                isEscaped = false
                wasStar = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "*" {
                guard wasStar == false else {
                    throw position.error(
                        "** is not allowed, see character \(index + 1) of \"\(excerpt(text))\"; one * stands for any characters"
                    )
                }
                literals.append("")
                wasStar = true
            } else {
                literals[literals.count - 1].unicodeScalars.append(scalar)
                wasStar = false
            }
        }
        guard isEscaped == false else { throw position.error("the wildcard \"\(excerpt(text))\" ends with a lone \\") }
        guard literals.count - 1 <= EventPattern.Limit.wildcards else {
            throw position.error(
                "a wildcard has at most \(EventPattern.Limit.wildcards) *, found \(literals.count - 1) in "
                    + "\"\(excerpt(text))\""
            )
        }
        return Wildcard(literals: literals.map { Array($0.utf8) })
    }

    private static func cidr(_ text: String, at position: Position) throws(EventPatternError) -> CIDRBlock {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw position.error("a CIDR block is ADDRESS/BITS, found \"\(text)\"") }
        guard let address = CIDRBlock.address(parts[0]) else {
            throw position.error("\"\(String(parts[0]) ?? "")\" is not an IPv4 or IPv6 address")
        }
        let most = address.count * 8 - 1
        guard parts[1].isEmpty == false, parts[1].allSatisfy({ (48...57).contains($0) }),
            let bits = Int(String(parts[1]) ?? ""), bits <= most
        else {
            throw position.error(
                "\"\(String(parts[1]) ?? "")\" is not a number of bits in 0...\(most); match one address as a plain string"
            )
        }
        return CIDRBlock(address: address, bits: bits)
    }

    private static func numeric(_ value: JSON, at position: Position) throws(EventPatternError)
        -> NumericRange
    {
        guard value.kind == .array else {
            throw position.error("numeric takes an array such as [\">=\", 5], found \(excerpt(value))")
        }
        let elements = value.elements
        guard elements.count == 2 || elements.count == 4 else {
            throw position.error(
                "numeric takes [operator, number] or [operator, number, operator, number], found \(excerpt(value))"
            )
        }
        var range = NumericRange()
        for at in stride(from: 0, to: elements.count, by: 2) {
            guard let word = elements[at].string, ["=", "<", "<=", ">", ">="].contains(word) else {
                let word = elements[at].string ?? ""
                throw position.step(String(at), elements[at]).error(
                    "\(excerpt(elements[at])) is not a numeric operator; allowed are =, <, <=, > and >="
                        + (word == "!=" ? ", and anything-but beside numeric for all other numbers" : ""),
                    suggestion: ["=>": ">=", "=<": "<=", "==": "="][word]
                )
            }
            let bound = NumericRange.Bound(
                value: try number(elements[at + 1], at: position.step(String(at + 1), elements[at + 1])),
                isInclusive: word.hasSuffix("=")
            )
            let isLower = word.hasPrefix(">")
            if elements.count == 4, word == "=" || isLower != (at == 0) {
                throw position.error("a two-sided range is > or >=, then < or <=, found \(excerpt(value))")
            }
            if word == "=" || isLower { range.lower = bound }
            if word == "=" || isLower == false { range.upper = bound }
        }
        if elements.count == 4, let lower = range.lower, let upper = range.upper, lower.value >= upper.value {
            throw position.error("the lower bound must be less than the upper one, found \(excerpt(value))")
        }
        return range
    }

    private static func number(_ value: JSON, at position: Position) throws(EventPatternError) -> Double {
        guard value.kind == .number else { throw position.error("expected a number, found \(excerpt(value))") }
        guard let number = PatternNumber(text: value.text).value else { throw cannotCompare(value, position) }
        return number
    }

    private static func anythingBut(
        _ value: JSON,
        at position: Position
    ) throws(EventPatternError) -> ValueTest.Operator {
        switch value.kind {
        case .string, .number: return try anythingBut([value], at: position)
        case .array: return try anythingBut(value.elements, at: position)
        case .object:
            let inner = try onlyMember(of: value, at: position, allowed: insideAnythingBut)
            let here = position.step(inner.key, inner.value)
            let values = inner.value.kind == .array ? inner.value.elements : [inner.value]
            guard values.isEmpty == false else { throw here.error("an empty list refuses nothing") }
            var refused: [ValueTest.Operator] = []
            for value in values {
                let text = try string(value, inner.key, here)
                if inner.key.hasSuffix("fix"), text.isEmpty {
                    throw here.error("an empty \(inner.key) refuses every string")
                }
                switch inner.key {
                case "prefix": refused.append(.prefix(Array(text.utf8)))
                case "suffix": refused.append(.suffix(Array(text.utf8)))
                case "wildcard": refused.append(.wildcard(try wildcard(text, at: here)))
                default: refused.append(.equalsIgnoringCase(CaseFolding(text)))
                }
            }
            return .anythingBut(refused)
        default:
            throw position.error(
                "anything-but takes a string, a number, a list of either, or an object, found \(excerpt(value))"
            )
        }
    }

    private static func anythingBut(
        _ values: [JSON],
        at position: Position
    ) throws(EventPatternError) -> ValueTest.Operator {
        guard let first = values.first else { throw position.error("an empty list refuses nothing") }
        guard values.allSatisfy({ $0.kind == first.kind }), first.kind == .string || first.kind == .number else {
            let other =
                values.first { $0.kind != .string && $0.kind != .number } ?? values.first { $0.kind != first.kind }
            throw position.error(
                "the values of anything-but are all strings or all numbers, found \(excerpt(other ?? first)) among them"
            )
        }
        if first.kind == .string {
            return .anythingButStrings(ByteStringSet(values.map { Array(($0.string ?? "").utf8) }))
        }
        var numbers: [PatternNumber] = []
        for value in values {
            let number = PatternNumber(text: value.text)
            guard number.value != nil else { throw cannotCompare(value, position) }
            numbers.append(number)
        }
        return .anythingButNumbers(numbers)
    }

    private static func cannotCompare(_ value: JSON, _ position: Position) -> EventPatternError {
        position.error(
            "the number \(excerpt(value)) cannot be compared: no 64-bit floating-point number stands for it exactly"
        )
    }

    private static func excerpt(_ value: JSON) -> String { excerpt(value.text) }

    private static func excerpt(_ text: String) -> String {
        text.count > 60 ? "\(text.prefix(60))…" : text
    }
}
