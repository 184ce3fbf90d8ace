import Findings

/// Finds, for one event, the few rules that can match it at all.
///
/// Every rule is entered under the anchors it depends on most selectively, so the cost of an event is the number of its
/// anchored values and of the rules that share them, not the number of rules. What the index says is only a necessary
/// condition: each candidate is compared in full by its own check, so no verdict depends on which other rules there are.
struct RuleIndex: Sendable {
    /// The indexed paths, by their number in the path tree.
    private var paths: [(path: Int, index: SlotIndex)] = []
    private var attributes: [(attribute: FieldValues.Attribute, index: SlotIndex)] = []
    private var severities: [[Int32]] = Array(repeating: [], count: Severity.allCases.count)
    /// Rules without an anchor.
    private var always: [Int32] = []
    /// For each rule the index of its chosen set among the given ones, `nil` without an anchor.
    let chosen: [Int?]

    /// - Parameters:
    ///   - options: For each rule the sets of anchors it can be entered under: of each set one anchor must hold for the
    ///     rule to match. A rule without a set is a candidate for every event.
    ///   - tree: Where the paths of the anchors get their numbers.
    init(_ options: [[[Anchor]]], paths tree: inout PathTree) {
        var sharing: [Anchor: Int] = [:]
        for anchor in options.joined().joined() { sharing[anchor, default: 0] += 1 }
        var byPath: [Int: SlotIndex] = [:]
        var byAttribute: [FieldValues.Attribute: SlotIndex] = [:]
        var chosen: [Int?] = []
        for (rule, sets) in options.enumerated() {
            let costs = sets.map { RuleIndex.cost($0, sharing, options.count) }
            let best = costs.indices.min { costs[$0] < costs[$1] }
            chosen.append(best)
            guard let best else {
                always.append(Int32(rule))
                continue
            }
            for anchor in Set(sets[best]) {
                switch anchor.slot {
                case .path(let path):
                    byPath[tree.enter(path), default: SlotIndex()].enter(Int32(rule), under: anchor.key)
                case .attribute(let attribute):
                    byAttribute[attribute, default: SlotIndex()].enter(Int32(rule), under: anchor.key)
                case .severity(let severity): severities[Int(severity.rawValue)].append(Int32(rule))
                }
            }
        }
        self.chosen = chosen
        for (path, var index) in byPath {
            index.seal()
            paths.append((path, index))
        }
        for (attribute, var index) in byAttribute {
            index.seal()
            attributes.append((attribute, index))
        }
    }

    /// How many rules an event that meets one of the anchors must be compared with, as far as can be known beforehand.
    private static func cost(_ anchors: [Anchor], _ sharing: [Anchor: Int], _ rules: Int) -> Int {
        anchors.reduce(0) { sum, anchor in
            let shared = sharing[anchor] ?? 1
            if case .severity = anchor.slot { return sum + rules / Severity.allCases.count + shared }
            switch anchor.key {
            case .exact, .folded: return sum + shared
            case .prefix(let bytes), .suffix(let bytes): return sum + shared * (bytes.count < 4 ? 8 : 2)
            case .block: return sum + shared * 2
            case .containing: return sum + shared * 8
            case .range: return sum + rules / 2
            case .present: return sum + rules
            }
        }
    }

    /// The rules that can match, in ascending order, each once.
    ///
    /// - Parameters:
    ///   - slots: The event's leaves; without them no rule that is anchored at a path is found.
    ///   - values: The finding's values; without them no rule that is anchored at a field is found.
    /// - Returns: Indices of rules; every rule that matches is among them.
    func candidates(_ slots: EventSlots?, _ values: FieldValues?) -> [Int32] {
        var found = always
        if let slots {
            let document = slots.document
            // By index: taking an entry out of the list would count references to everything in it.
            for at in paths.indices {
                var entry = slots.firstEntry(at: paths[at].path)
                while entry >= 0 {
                    paths[at].index.collect(document, document.nodes[slots.leaf(at: entry)], into: &found)
                    entry = slots.entry(after: entry)
                }
            }
        }
        if let values {
            found += severities[Int(values.severity.rawValue)]
            for at in attributes.indices {
                for value in values[attributes[at].attribute] {
                    attributes[at].index.collect(string: value[...], into: &found)
                }
            }
        }
        guard found.count > 1 else { return found }
        found.sort()
        var last: Int32 = -1
        found.removeAll { rule in
            defer { last = rule }
            return rule == last
        }
        return found
    }
}
