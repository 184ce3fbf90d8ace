import Findings

extension EventPattern {
    /// The most alternatives of `$or` and the most fields of one that an explanation lists.
    private static let most = 32

    /// Every field of the pattern beside what the event has there; one part for each alternative of `$or`.
    func explain(_ event: PatternEvent) -> [Explanation.Comparison] {
        guard branches.count > 1 else { return branches.first.map { $0.explain(event) } ?? [] }
        return branches.prefix(EventPattern.most).enumerated().map { index, branch in
            let holds = branch.holds(event)
            return Explanation.Comparison(
                name: "$or \(index + 1)",
                expected: "all of these",
                actual: holds ? "all hold" : "not all hold",
                holds: holds,
                parts: branch.explain(event)
            )
        }
    }
}

extension EventPattern.Branch {
    fileprivate func holds(_ event: PatternEvent) -> Bool {
        guard event.event.kind == .object else { return false }
        return PatternWalk(document: event.event.document, narrowing: event.narrowing).matches(
            self,
            event.event.index
        )
    }

    fileprivate func explain(_ event: PatternEvent) -> [Explanation.Comparison] {
        var parts = fields.prefix(32).map { field in
            Explanation.Comparison(
                name: ShownText.visible(field.path),
                expected: ShownText.visible(ShownText.oneLine(field.text), limit: 200),
                actual: PatternLeaves(event).shown(at: field.path),
                holds: EventPattern.Branch([field]).holds(event)
            )
        }
        if fields.count <= 32, parts.allSatisfy(\.holds), holds(event) == false {
            parts.append(
                Explanation.Comparison(
                    name: "one element",
                    expected: "one element of the list that satisfies all fields that lead into it",
                    actual: "different elements that satisfy one each",
                    holds: false
                )
            )
        }
        return parts
    }
}

/// Looks up what an event has at a path of a pattern.
private struct PatternLeaves {
    let event: PatternEvent
    let walk: PatternWalk

    init(_ event: PatternEvent) {
        self.event = event
        walk = PatternWalk(document: event.event.document, narrowing: event.narrowing)
    }

    /// The strings, numbers, booleans and nulls at the path, for people.
    func shown(at path: String) -> String {
        var leaves: [String] = []
        collect(path[...], event.event.index, into: &leaves)
        return leaves.isEmpty ? "nothing" : ShownText.list(leaves)
    }

    /// Keys may hold dots themselves, so every key that begins the rest of the path is followed.
    private func collect(_ path: Substring?, _ index: Int, into leaves: inout [String]) {
        guard leaves.count <= 20 else { return }
        let value = JSON(document: event.event.document, index: index)
        switch value.kind {
        case .object:
            guard let path else { return }
            for member in value.members where path.hasPrefix(member.key) {
                let rest = path.dropFirst(member.key.count)
                if rest.isEmpty {
                    collect(nil, member.value.index, into: &leaves)
                } else if rest.first == "." {
                    collect(rest.dropFirst(), member.value.index, into: &leaves)
                }
            }
        case .array:
            walk.forEachElement(of: index) { element in
                collect(path, element, into: &leaves)
                return true
            }
        default:
            if path == nil { leaves.append(value.text) }
        }
    }
}
