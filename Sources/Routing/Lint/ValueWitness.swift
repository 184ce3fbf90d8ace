import Findings

/// A value of an event that every one of some tests accepts.
struct ValueWitness {
    let tests: [ValueTest]
    /// JSON texts that are tried first.
    var preferred: [String] = []

    enum Value: Equatable {
        /// JSON text of a string, number, boolean or null.
        case json(String)
        /// Every test accepts that nothing is there.
        case absent
        case unknown
    }

    var value: Value {
        for text in preferred + candidates where isAccepted(text) { return .json(text) }
        if let text = searched, isAccepted(text) { return .json(text) }
        return tests.allSatisfy(\.acceptsAbsence) ? .absent : .unknown
    }

    /// A value that no test accepts although something is there; `nil` when the tests together accept every string.
    ///
    /// - Returns: ``TextSearch/Result/none`` when every string is accepted.
    static func refusedText(by test: ValueTest) -> TextSearch.Result {
        guard test.acceptsPresence == false else { return .none }
        var search = TextSearch()
        search.allowsEmpty = true
        search.refuse(test.strings.elements.map { TextShape(literals: [$0]) })
        for alternative in test.operators {
            switch alternative {
            case .anythingButNumbers: return .none
            case .cidr, .numeric: continue
            default:
                let (accepting, refusing) = alternative.shapes
                // Refused by anything-but is what one of its shapes accepts.
                if refusing.isEmpty == false { search.require(oneOf: refusing.flatMap { $0 }) }
                search.refuse(accepting)
            }
        }
        return search.run()
    }

    func isAccepted(_ text: String) -> Bool {
        do throws(JSONSyntaxError) {
            let json = try JSONDocument.parse(text)
            return tests.allSatisfy { $0.accepts(json.index, of: json.document) }
        } catch {
            return false
        }
    }

    /// What the tests name, and what lies beside it.
    private var candidates: [String] {
        var texts: [String] = []
        for test in tests {
            texts += test.strings.elements.map { JSONValue.string(String(decoding: $0, as: UTF8.self)).text }
            for number in test.numbers { texts.append(number.value.map(ValueWitness.text) ?? number.spelling) }
            if test.acceptsTrue { texts.append("true") }
            if test.acceptsFalse { texts.append("false") }
            if test.acceptsNull { texts.append("null") }
            for alternative in test.operators { texts += alternative.candidates }
        }
        return texts + [#""x""#, #""example""#, "1", "0", "true"]
    }

    private var searched: String? {
        var search = TextSearch()
        search.allowsEmpty = true
        for test in tests where test.acceptsPresence == false {
            var accepting = test.strings.elements.map { TextShape(literals: [$0]) }
            var refusing: [[TextShape]] = []
            for alternative in test.operators {
                let shapes = alternative.shapes
                accepting += shapes.accepting
                refusing += shapes.refusing
            }
            search.require(oneOf: accepting, orNoneOf: refusing)
        }
        guard case .text(let text) = search.run() else { return nil }
        return JSONValue.string(text).text
    }

    static func text(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? number.description
    }
}

extension ValueTest.Operator {
    /// The texts that the operator accepts, and lists of texts of which none may be met for it to accept.
    var shapes: (accepting: [TextShape], refusing: [[TextShape]]) {
        switch self {
        case .prefix(let bytes): ([TextShape(literals: [bytes, []])], [])
        case .suffix(let bytes): ([TextShape(literals: [[], bytes])], [])
        case .wildcard(let wildcard): ([TextShape(literals: wildcard.literals)], [])
        case .equalsIgnoringCase(let folding): ([TextShape(steps: folding.steps)], [])
        case .prefixIgnoringCase(let folding): ([TextShape(steps: folding.steps + [.star])], [])
        case .suffixIgnoringCase(let folding): ([TextShape(steps: [.star] + folding.steps)], [])
        case .anythingButStrings(let strings): ([], [strings.elements.map { TextShape(literals: [$0]) }])
        case .anythingBut(let refused): ([], [refused.flatMap(\.shapes.accepting)])
        case .anythingButNumbers: ([TextShape(literals: [[], []])], [])
        case .numeric, .cidr: ([], [])
        }
    }

    /// JSON texts that the operator may accept.
    fileprivate var candidates: [String] {
        switch self {
        case .cidr(let block):
            let parts = block.network.map { String($0) }
            if block.network.count == 4 { return ["\"\(parts.joined(separator: "."))\""] }
            let groups = stride(from: 0, to: 16, by: 2).map { at in
                String(UInt16(block.network[at]) << 8 | UInt16(block.network[at + 1]), radix: 16)
            }
            return ["\"\(groups.joined(separator: ":"))\""]
        case .numeric(let range):
            let bounds = [range.lower?.value, range.upper?.value].compactMap { $0 }
            let middle = bounds.count == 2 ? [(bounds[0] + bounds[1]) / 2] : []
            return (bounds + middle + bounds.flatMap { [$0 + 1, $0 - 1, $0 + 0.5, $0 - 0.5] }).map(ValueWitness.text)
        case .anythingButNumbers(let numbers):
            return numbers.compactMap { $0.value.map { ValueWitness.text($0 + 1) } }
        default: return []
        }
    }
}
