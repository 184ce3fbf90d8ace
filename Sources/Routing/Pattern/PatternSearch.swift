import Findings

/// Compares an event with one branch by trying leaves field by field: exact for every event, meant for those in which
/// one path can be written in several ways.
struct PatternSearch {
    let document: JSONDocument
    let narrowing: EventPattern.Narrowing?
    let branch: EventPattern.Branch

    /// The most leaves that are tried for one event and branch; a comparison that needs more is given up as no match.
    static let mostTries = 200_000

    /// A leaf at the path of a field.
    private struct Leaf {
        /// Which element of which array it stands in, outermost first.
        var membership: [Member]
        var isAccepted: Bool
    }

    private struct Member: Equatable {
        var array: Int
        var element: Int
    }

    /// What has been decided so far.
    private struct Choice {
        /// Array → the element of it that a chosen leaf stands in.
        var elements: [Int: Int] = [:]
        /// Fields that no leaf was chosen for.
        var absent: [Int] = []
    }

    func matches(_ event: Int) -> Bool {
        var leaves = [[Leaf]](repeating: [], count: branch.fields.count)
        collect(event, path: nil, membership: [], into: &leaves)
        var tries = 0
        return choose(0, Choice(), leaves, &tries)
    }

    private func choose(_ field: Int, _ choice: Choice, _ leaves: [[Leaf]], _ tries: inout Int) -> Bool {
        guard field < branch.fields.count else {
            return choice.absent.allSatisfy { leaves[$0].allSatisfy { isConsistent($0, choice) == false } }
        }
        for leaf in leaves[field] where leaf.isAccepted && isConsistent(leaf, choice) {
            tries += 1
            guard tries <= PatternSearch.mostTries else { return false }
            var next = choice
            for member in leaf.membership { next.elements[member.array] = member.element }
            if choose(field + 1, next, leaves, &tries) { return true }
        }
        guard branch.fields[field].test.acceptsAbsence else { return false }
        var next = choice
        next.absent.append(field)
        return choose(field + 1, next, leaves, &tries)
    }

    private func isConsistent(_ leaf: Leaf, _ choice: Choice) -> Bool {
        leaf.membership.allSatisfy { member in
            guard let element = choice.elements[member.array] else { return true }
            return element == member.element
        }
    }

    private func collect(_ value: Int, path: [UInt8]?, membership: [Member], into leaves: inout [[Leaf]]) {
        switch document.nodes[value].kind {
        case .object:
            for (key, value) in lastMembers(of: value) {
                let longer = path.map { $0 + [UInt8(ascii: ".")] + key } ?? key
                guard branch.fields.contains(where: { $0.path.utf8.starts(with: longer) }) else { continue }
                collect(value, path: longer, membership: membership, into: &leaves)
            }
        case .array:
            let walk = PatternWalk(document: document, narrowing: narrowing)
            walk.forEachElement(of: value) { element in
                let isContainer = document.nodes[element].kind == .object || document.nodes[element].kind == .array
                let inside = isContainer ? membership + [Member(array: value, element: element)] : membership
                collect(element, path: path, membership: inside, into: &leaves)
                return true
            }
        default:
            for (index, field) in branch.fields.enumerated() where field.path.utf8.elementsEqual(path ?? []) {
                leaves[index].append(
                    Leaf(membership: membership, isAccepted: field.test.accepts(value, of: document))
                )
            }
        }
    }

    /// The members of an object, the last of duplicate keys only.
    private func lastMembers(of object: Int) -> [(key: [UInt8], value: Int)] {
        var members: [(key: [UInt8], value: Int)] = []
        var at = object + 1
        let end = Int(document.nodes[object].next)
        while at < end {
            let key = Array(document.stringBytes(document.nodes[at]))
            members.removeAll { $0.key == key }
            members.append((key, at + 1))
            at = Int(document.nodes[at + 1].next)
        }
        return members
    }
}
