import Findings

/// An event pattern judged by its definition: flatten the event, try every choice of one leaf for every field.
struct NaivePattern {
    /// The alternatives that `$or` multiplies out to: in each, paths and what is accepted there.
    private let branches: [[(path: String, alternatives: [JSON])]]

    init(_ pattern: JSON) { branches = NaivePattern.expand(pattern, path: "") }

    /// A string, number, boolean or null of an event.
    struct Leaf {
        var path: String
        var value: JSON
        /// Array → the element of it in which the leaf stands; scalars directly in an array are in none of its elements.
        var membership: [Int: Int]
    }

    func matches(_ leaves: [String: [Leaf]]) -> Bool {
        branches.contains { NaivePattern.choose($0[...], chosen: [:], absent: [], leaves) }
    }

    /// Tries every leaf for the first field, and then the rest.
    private static func choose(
        _ fields: ArraySlice<(path: String, alternatives: [JSON])>,
        chosen: [Int: Int],
        absent: [String],
        _ leaves: [String: [Leaf]]
    ) -> Bool {
        func isConsistent(_ leaf: Leaf) -> Bool {
            leaf.membership.allSatisfy { chosen[$0.key] ?? $0.value == $0.value }
        }
        guard let field = fields.first else {
            return absent.allSatisfy { path in (leaves[path] ?? []).contains(where: isConsistent) == false }
        }
        for leaf in leaves[field.path] ?? []
        where isConsistent(leaf) && field.alternatives.contains(where: { NaiveValue.accepts($0, leaf.value) }) {
            let more = chosen.merging(leaf.membership) { _, new in new }
            if choose(fields.dropFirst(), chosen: more, absent: absent, leaves) { return true }
        }
        let mayBeAbsent = field.alternatives.contains { $0["exists"]?.kind == .false }
        return mayBeAbsent && choose(fields.dropFirst(), chosen: chosen, absent: absent + [field.path], leaves)
    }

    private static func expand(_ object: JSON, path: String) -> [[(path: String, alternatives: [JSON])]] {
        var branches: [[(path: String, alternatives: [JSON])]] = [[]]
        for member in object.members {
            let factor: [[(path: String, alternatives: [JSON])]]
            let below = path.isEmpty ? member.key : "\(path).\(member.key)"
            if member.key == "$or" {
                factor = member.value.elements.flatMap { expand($0, path: path) }
            } else if member.value.kind == .object {
                factor = expand(member.value, path: below)
            } else {
                factor = [[(below, member.value.elements)]]
            }
            branches = branches.flatMap { left in factor.map { left + $0 } }
        }
        return branches
    }

    /// Every leaf of the event by its path; of a narrowed array only the one element counts.
    static func leaves(of event: JSON, narrowed: (array: Int, element: Int)? = nil) -> [String: [Leaf]] {
        var leaves: [String: [Leaf]] = [:]
        func visit(_ value: JSON, path: String?, membership: [Int: Int]) {
            switch value.kind {
            case .object:
                // Of duplicate keys the last one counts.
                let last = Dictionary(value.members.map { ($0.key, $0.value) }) { _, last in last }
                for (key, below) in last {
                    visit(below, path: path.map { "\($0).\(key)" } ?? key, membership: membership)
                }
            case .array:
                for (place, element) in value.elements.enumerated() {
                    if let narrowed, narrowed.array == value.index, narrowed.element != place { continue }
                    let isContainer = element.kind == .object || element.kind == .array
                    let inside = isContainer ? membership.merging([value.index: place]) { _, new in new } : membership
                    visit(element, path: path, membership: inside)
                }
            default:
                leaves[path ?? "", default: []].append(Leaf(path: path ?? "", value: value, membership: membership))
            }
        }
        visit(event, path: nil, membership: [:])
        return leaves
    }
}
