import Findings

/// Something that must be so for a rule to match, and that can be looked up instead of tested.
struct Anchor: Sendable, Hashable {
    var slot: Slot
    var key: Key

    /// Where a value is looked for.
    enum Slot: Sendable, Hashable {
        /// A path of the event, keys joined by dots; every leaf there counts, also inside arrays.
        case path(String)
        /// A field of the finding.
        case attribute(FieldValues.Attribute)
        /// The finding has this severity; the key says nothing more.
        case severity(Severity)
    }

    /// What one of the slot's values must be.
    enum Key: Sendable, Hashable {
        case exact([UInt8])
        /// Equal when ASCII letters are compared without their case.
        case folded([UInt8])
        case prefix([UInt8])
        case suffix([UInt8])
        /// The value holds these three bytes side by side.
        case containing([UInt8])
        case range(NumericRange)
        case block(CIDRBlock)
        /// Any value at all.
        case present
    }

    /// The anchors of which one must hold for the test to be satisfied at this path; `nil` when it can be satisfied by
    /// nothing being there.
    static func anchors(of test: ValueTest, at path: String) -> [Anchor]? {
        guard test.acceptsAbsence == false else { return nil }
        let slot = Slot.path(path)
        if test.acceptsPresence || test.acceptsTrue || test.acceptsFalse || test.acceptsNull {
            return [Anchor(slot: slot, key: .present)]
        }
        var keys = test.strings.elements.map { Key.exact($0) }
        for number in test.numbers {
            guard let value = number.value else { return [Anchor(slot: slot, key: .present)] }
            let bound = NumericRange.Bound(value: value, isInclusive: true)
            keys.append(.range(NumericRange(lower: bound, upper: bound)))
        }
        for alternative in test.operators {
            guard let key = key(of: alternative) else { return [Anchor(slot: slot, key: .present)] }
            keys.append(key)
        }
        return keys.map { Anchor(slot: slot, key: $0) }
    }

    /// How much the anchors let through together, roughly; for choosing among them before all rules are known.
    static func breadth(_ anchors: [Anchor]) -> Int {
        anchors.reduce(0) { sum, anchor in
            if case .severity = anchor.slot { return sum + 128 }
            switch anchor.key {
            case .exact, .folded: return sum + 1
            case .prefix, .suffix, .block: return sum + 4
            case .containing: return sum + 16
            case .range: return sum + 64
            case .present: return sum + 1_024
            }
        }
    }

    /// Whether meeting the anchor is all that its alternative asks for.
    var isProof: Bool {
        switch key {
        case .exact, .folded, .range, .block: true
        case .prefix, .suffix, .containing, .present: false
        }
    }

    private static func key(of alternative: ValueTest.Operator) -> Key? {
        switch alternative {
        case .prefix(let prefix): prefix.isEmpty ? nil : .prefix(prefix)
        case .suffix(let suffix): suffix.isEmpty ? nil : .suffix(suffix)
        case .equalsIgnoringCase(let folding): folding.ascii.map { .folded($0) }
        case .wildcard(let wildcard): key(of: wildcard.literals)
        case .numeric(let range): .range(range)
        case .cidr(let block): .block(block)
        case .prefixIgnoringCase, .suffixIgnoringCase, .anythingButStrings, .anythingButNumbers, .anythingBut: nil
        }
    }

    /// The key of a text with stars, from the literals between them; `nil` when none of them is telling.
    static func key(of literals: [[UInt8]]) -> Key? {
        guard let first = literals.first, let last = literals.last else { return nil }
        if literals.count == 1 { return .exact(first) }
        if first.isEmpty == false || last.isEmpty == false {
            return first.count >= last.count ? .prefix(first) : .suffix(last)
        }
        guard let longest = literals.max(by: { $0.count < $1.count }), longest.count >= 3 else { return nil }
        return .containing(Array(longest.suffix(3)))
    }
}
