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
        var parts = fields.prefix(32).map { field -> Explanation.Comparison in
            let holds = EventPattern.Branch([field]).holds(event)
            return Explanation.Comparison(
                name: EscapedText.visible(event.shownPath(field.path)),
                expected: EscapedText.visible(EscapedText.oneLine(field.text), limit: 200),
                actual: PatternLeaves(event).shown(at: field.path, for: holds ? nil : field.test),
                holds: holds
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

extension PatternEvent {
    /// The path with the element of `detail.findings` that is looked at: `detail.findings[0].Region`.
    fileprivate func shownPath(_ path: String) -> String {
        let list = "detail.findings"
        guard let findingIndex, path.hasPrefix("\(list).") || path == list else { return path }
        return "\(list)[\(findingIndex)]\(path.dropFirst(list.count))"
    }
}

/// Looks up what an event has at a path of a pattern.
private struct PatternLeaves {
    let event: PatternEvent
    let walk: PatternWalk

    /// What stands at a path.
    private struct Found {
        var leaves: [JSON] = []
        /// Lists and objects at the path, which are no values: only what is in them is.
        var containers: [JSON] = []
    }

    init(_ event: PatternEvent) {
        self.event = event
        walk = PatternWalk(document: event.event.document, narrowing: event.narrowing)
    }

    /// The strings, numbers, booleans and nulls at the path, for people; what stands there instead when there are none.
    ///
    /// - Parameters:
    ///   - path: Keys joined by dots.
    ///   - test: The test that none of them passed; then a value of a type that it never accepts is told so.
    /// - Returns: One clause, such as `"HIGH"`, `missing`, `an empty list`, `"8", a string where a number is wanted`.
    func shown(at path: String, for test: ValueTest?) -> String {
        var found = Found()
        collect(path[...], event.event.index, into: &found)
        guard let first = found.leaves.first else {
            guard let container = found.containers.last else { return "missing" }
            switch container.kind {
            case .array: return container.elements.isEmpty ? "an empty list" : "a list without a value of its own"
            default: return container.members.isEmpty ? "an empty object" : "an object, not a value"
            }
        }
        let shown = EscapedText.list(found.leaves.map(\.text))
        guard let wanted = test?.wantedTypes, found.leaves.contains(where: { wanted.contains($0.kindName) }) == false
        else { return first.string == "" && found.leaves.count == 1 ? "the empty string" : shown }
        let type = first.kind == .null ? "" : ", \(first.kindName)"
        return "\(shown)\(type) where \(wanted.joined(separator: " or ")) is wanted"
    }

    /// Keys may hold dots themselves, so every key that begins the rest of the path is followed.
    private func collect(_ path: Substring?, _ index: Int, into found: inout Found) {
        guard found.leaves.count + found.containers.count <= 20 else { return }
        let value = JSON(document: event.event.document, index: index)
        switch value.kind {
        case .object:
            guard let path else {
                found.containers.append(value)
                return
            }
            // Of duplicate keys the last one counts.
            for member in value.members
            where path.hasPrefix(member.key) && value[member.key]?.index == member.value.index {
                let rest = path.dropFirst(member.key.count)
                if rest.isEmpty {
                    collect(nil, member.value.index, into: &found)
                } else if rest.first == "." {
                    collect(rest.dropFirst(), member.value.index, into: &found)
                }
            }
        case .array:
            if path == nil { found.containers.append(value) }
            walk.forEachElement(of: index) { element in
                collect(path, element, into: &found)
                return true
            }
        default:
            if path == nil { found.leaves.append(value) }
        }
    }
}

extension ValueTest {
    /// The types of which a value can be accepted at all, in the words of ``JSON/kindName``; `nil` when every type can.
    fileprivate var wantedTypes: [String]? {
        if acceptsPresence || operators.contains(where: \.acceptsOthers) { return nil }
        var types: [String] = []
        let takesNumbers = operators.contains { if case .numeric = $0 { true } else { false } }
        let takesStrings = operators.contains { if case .numeric = $0 { false } else { true } }
        if strings.isEmpty == false || takesStrings { types.append("a string") }
        if numbers.isEmpty == false || takesNumbers { types.append("a number") }
        if acceptsTrue || acceptsFalse { types.append("a boolean") }
        if acceptsNull { types.append("null") }
        return types.isEmpty ? nil : types
    }
}
