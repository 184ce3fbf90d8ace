package import Findings

extension EventPattern {
    /// Whether the pattern accepts the event.
    ///
    /// The time is linear in the event for each field of the pattern, whatever the sizes of its arrays.
    ///
    /// - Parameters:
    ///   - event: Any JSON object.
    ///   - narrowing: An array of the event of which only one element is to be seen.
    /// - Returns: `false` also for an event that is no object.
    package func matches(_ event: JSON, narrowing: Narrowing? = nil) -> Bool {
        guard event.kind == .object else { return false }
        let walk = PatternWalk(document: event.document, narrowing: narrowing)
        return branches.contains { walk.matches($0, event.index) }
    }

    /// The one element of an array that is to be seen, as if the others were not there.
    package struct Narrowing: Sendable {
        let array: Int
        let element: Int

        /// - Parameters:
        ///   - array: An array of the event.
        ///   - element: One of its elements.
        package init(array: JSON, element: JSON) {
            self.array = array.index
            self.element = element.index
        }
    }
}

/// Compares one event with branches of patterns, straight on the places of the parsed text.
///
/// Array consistency comes from the recursion: whatever several fields need from one array is looked for in one element
/// at a time. That is exact as long as one path leads to a value in one way only; an event with dotted keys, where
/// `{"a.b": …}` and `{"a": {"b": …}}` are one path, is compared by ``PatternSearch`` instead.
struct PatternWalk {
    let document: JSONDocument
    let narrowing: EventPattern.Narrowing?

    /// What a part of the event says about the fields below one node.
    private struct Finding {
        /// Every field is satisfied.
        var holds: Bool
        /// At least one of them by a leaf, and not by there being none.
        var isChosen: Bool

        static let fails = Finding(holds: false, isChosen: false)
    }

    func matches(_ branch: EventPattern.Branch, _ event: Int) -> Bool {
        if document.hasDottedKeys {
            return PatternSearch(document: document, narrowing: narrowing, branch: branch).matches(event)
        }
        return evaluate(branch, 0, event, optional: FieldMask()).holds
    }

    /// Compares the value that stands at a node's path with the fields there and below; `optional` fields are
    /// satisfied from outside already.
    private func evaluate(_ branch: EventPattern.Branch, _ node: Int, _ value: Int, optional: FieldMask) -> Finding {
        switch document.nodes[value].kind {
        case .object: object(branch, node, value, optional)
        case .array: array(branch, node, value, optional)
        default: leaf(branch, node, value, optional)
        }
    }

    private func leaf(_ branch: EventPattern.Branch, _ node: Int, _ value: Int, _ optional: FieldMask) -> Finding {
        var result = Finding(holds: true, isChosen: false)
        for field in branch.fields(at: node) {
            if branch.tests[field].accepts(value, of: document) {
                result.isChosen = true
            } else if optional.contains(field) == false {
                return .fails
            }
        }
        for child in branch.nodes[node].children where isAbsent(branch, child, optional) == false { return .fails }
        return result
    }

    private func object(_ branch: EventPattern.Branch, _ node: Int, _ value: Int, _ optional: FieldMask) -> Finding {
        var result = Finding(holds: true, isChosen: false)
        for field in branch.fields(at: node)
        where branch.tests[field].acceptsAbsence == false && optional.contains(field) == false {
            return .fails
        }
        for child in branch.nodes[node].children {
            guard let next = member(of: value, branch, branch.nodes[child]) else {
                if isAbsent(branch, child, optional) { continue }
                return .fails
            }
            let below = evaluate(branch, child, next, optional: optional)
            guard below.holds else { return .fails }
            if below.isChosen { result.isChosen = true }
        }
        return result
    }

    private func array(_ branch: EventPattern.Branch, _ node: Int, _ value: Int, _ optional: FieldMask) -> Finding {
        var satisfied = optional
        var isChosen = false
        var hasScalars = false
        var hasContainers = false
        forEachElement(of: value) { element in
            switch document.nodes[element].kind {
            case .object, .array: hasContainers = true
            default:
                hasScalars = true
                for field in branch.fields(at: node) where branch.tests[field].accepts(element, of: document) {
                    satisfied.insert(field)
                    isChosen = true
                }
            }
            return true
        }
        // Scalars stand in no element of their own: they are there whichever element is chosen.
        if hasScalars {
            for field in branch.fields(at: node) where satisfied.contains(field) == false && hasContainers == false {
                return .fails
            }
        }
        guard hasContainers else {
            return isAbsent(branch, node, satisfied) ? Finding(holds: true, isChosen: isChosen) : .fails
        }
        var chosen = false
        forEachElement(of: value) { element in
            guard document.nodes[element].kind == .object || document.nodes[element].kind == .array else { return true }
            let inside = evaluate(branch, node, element, optional: satisfied)
            guard inside.holds, inside.isChosen, presenceHolds(branch, node, satisfied, hasScalars, inside: element)
            else { return true }
            chosen = true
            return false
        }
        if chosen { return Finding(holds: true, isChosen: true) }
        return isEmpty(branch, node, value, satisfied, hasScalars: hasScalars)
            ? Finding(holds: true, isChosen: isChosen) : .fails
    }

    /// Whether no field that the chosen element leaves to absence has a scalar of the array itself standing against it.
    private func presenceHolds(
        _ branch: EventPattern.Branch,
        _ node: Int,
        _ satisfied: FieldMask,
        _ hasScalars: Bool,
        inside element: Int
    ) -> Bool {
        guard hasScalars else { return true }
        for field in branch.fields(at: node) where satisfied.contains(field) == false {
            guard hasAcceptedLeaf(branch, field, node, element) else { return false }
        }
        return true
    }

    /// Whether a leaf inside the (possibly nested) array elements satisfies the field at its own path.
    private func hasAcceptedLeaf(_ branch: EventPattern.Branch, _ field: Int, _ node: Int, _ value: Int) -> Bool {
        guard document.nodes[value].kind == .array else {
            return branch.tests[field].accepts(value, of: document)
        }
        var found = false
        forEachElement(of: value) { element in
            found = hasAcceptedLeaf(branch, field, node, element)
            return found == false
        }
        return found
    }

    /// Whether the fields not satisfied yet ask for absence and are absent from every element.
    private func isEmpty(
        _ branch: EventPattern.Branch,
        _ node: Int,
        _ value: Int,
        _ satisfied: FieldMask,
        hasScalars: Bool
    ) -> Bool {
        guard isAbsent(branch, node, satisfied) else { return false }
        if hasScalars, branch.fields(at: node).contains(where: { satisfied.contains($0) == false }) { return false }
        var holds = true
        forEachElement(of: value) { element in
            holds = hasNoLeaf(branch, node, element, satisfied)
            return holds
        }
        return holds
    }

    /// Whether no leaf of the value stands at the path of a field that is not satisfied.
    private func hasNoLeaf(_ branch: EventPattern.Branch, _ node: Int, _ value: Int, _ satisfied: FieldMask) -> Bool {
        switch document.nodes[value].kind {
        case .object:
            return branch.nodes[node].children.allSatisfy { child in
                guard let next = member(of: value, branch, branch.nodes[child]) else { return true }
                return hasNoLeaf(branch, child, next, satisfied)
            }
        case .array:
            var holds = true
            forEachElement(of: value) { element in
                holds = hasNoLeaf(branch, node, element, satisfied)
                return holds
            }
            return holds
        default:
            return branch.fields(at: node).allSatisfy { satisfied.contains($0) }
        }
    }

    /// Whether every field at the node and below accepts that there is nothing.
    private func isAbsent(_ branch: EventPattern.Branch, _ node: Int, _ optional: FieldMask) -> Bool {
        branch.fields(at: node).allSatisfy { branch.tests[$0].acceptsAbsence || optional.contains($0) }
            && branch.nodes[node].children.allSatisfy { isAbsent(branch, $0, optional) }
    }

    /// The value under a node's key; the last of duplicate keys wins.
    private func member(of object: Int, _ branch: EventPattern.Branch, _ step: EventPattern.Branch.Node) -> Int? {
        var found: Int?
        var at = object + 1
        let end = Int(document.nodes[object].next)
        let length = step.segment.count + 2
        while at < end {
            let key = document.nodes[at]
            if Int(key.end - key.start) == length, branch.isSegment(of: step, document.bytes, from: Int(key.start) + 1)
            {
                found = at + 1
            }
            at = Int(document.nodes[at + 1].next)
        }
        return found
    }

    /// Visits the elements until the body says `false`; of a narrowed array only the one that is to be seen.
    func forEachElement(of array: Int, _ body: (Int) -> Bool) {
        if let narrowing, narrowing.array == array {
            _ = body(narrowing.element)
            return
        }
        var at = array + 1
        let end = Int(document.nodes[array].next)
        while at < end {
            guard body(at) else { return }
            at = Int(document.nodes[at].next)
        }
    }
}
