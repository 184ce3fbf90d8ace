package import Findings

/// Many event patterns, compared with an event all at once.
///
/// The event is walked once for all of them. Patterns are laid out flat and equal tests are kept once, so that looking
/// at a candidate touches little memory; only a candidate whose fields meet in an array is compared branch by branch.
package struct PatternTable: Sendable {
    private let patterns: [EventPattern]
    private let index: RuleIndex
    private let paths: PathTree
    private let tests: FlatTests
    private let steps: [Step]
    private let branches: [BranchRange]
    /// For each pattern its index in ``branches``, and one more at the end.
    private let firstBranches: [Int32]

    /// One test of a branch.
    private struct Step: Sendable {
        var path: Int32
        var test: Int32
        /// The index found the pattern through this very test, so a single leaf has passed it.
        var isProven: Bool
    }

    private struct BranchRange: Sendable {
        var first: Int32
        var end: Int32
    }

    /// - Parameter patterns: Known afterwards by their indices.
    package init(_ patterns: [EventPattern]) {
        var paths = PathTree()
        let index = RuleIndex(patterns.map { $0.anchorSets.map(\.anchors) }, paths: &paths)
        var tests = FlatTests()
        var known: [TestKey: Int32] = [:]
        var steps: [Step] = []
        var branches: [BranchRange] = []
        var firstBranches: [Int32] = []
        for (number, pattern) in patterns.enumerated() {
            firstBranches.append(Int32(branches.count))
            let proven = index.chosen[number].flatMap { pattern.anchorSets[$0].provenField }
            for branch in pattern.branches {
                let first = Int32(steps.count)
                for (field, step) in branch.fields.enumerated() {
                    let key = TestKey(path: step.path, text: step.text)
                    let test = known[key] ?? tests.enter(step.test)
                    known[key] = test
                    steps.append(Step(path: Int32(paths.enter(step.path)), test: test, isProven: field == proven))
                }
                branches.append(BranchRange(first: first, end: Int32(steps.count)))
            }
        }
        firstBranches.append(Int32(branches.count))
        self.patterns = patterns
        self.index = index
        self.paths = paths
        self.tests = tests
        self.steps = steps
        self.branches = branches
        self.firstBranches = firstBranches
    }

    private struct TestKey: Hashable {
        var path: String
        var text: String
    }

    /// The indices of the patterns that accept the event, ascending.
    ///
    /// - Parameters:
    ///   - event: Any JSON object; nothing matches another value.
    ///   - narrowing: An array of the event of which only one element is to be seen.
    /// - Returns: Indices in the list that the table was made of.
    package func matches(_ event: JSON, narrowing: EventPattern.Narrowing? = nil) -> [Int] {
        guard event.kind == .object else { return [] }
        let slots = paths.slots(of: event, narrowing: narrowing)
        var matching: [Int] = []
        for candidate in index.candidates(slots, nil) {
            let number = Int(candidate)
            if accepts(number, event, slots, narrowing) { matching.append(number) }
        }
        return matching
    }

    private func accepts(
        _ number: Int,
        _ event: JSON,
        _ slots: EventSlots,
        _ narrowing: EventPattern.Narrowing?
    ) -> Bool {
        let first = firstBranches[number]
        for branch in first..<firstBranches[number + 1] {
            switch glance(branches[Int(branch)], slots) {
            case .fails: continue
            case .holds: return true
            case .undecided:
                let walk = PatternWalk(document: slots.document, narrowing: narrowing)
                if walk.matches(patterns[number].branches[Int(branch - first)], event.index) { return true }
            }
        }
        return false
    }

    private enum Glance {
        case fails, holds
        /// The leaves do not tell: whether all fields are satisfied together depends on arrays, or on which of the
        /// leaves count.
        case undecided
    }

    private func glance(_ branch: BranchRange, _ slots: EventSlots) -> Glance {
        guard slots.hasDuplicateKeys == false else { return .undecided }
        var inArrays = 0
        var isUndecided = slots.document.hasDottedKeys
        for number in branch.first..<branch.end {
            let step = steps[Int(number)]
            let path = Int(step.path)
            if slots.isEmpty(at: path) {
                guard tests.acceptsAbsence(step.test) else { return .fails }
                continue
            }
            if slots.isSingle(at: path) {
                if step.isProven || accepts(step, slots) { continue }
                return .fails
            }
            inArrays += 1
            if accepts(step, slots) { continue }
            guard tests.acceptsAbsence(step.test) else { return .fails }
            isUndecided = true
        }
        return isUndecided || inArrays > 1 ? .undecided : .holds
    }

    private func accepts(_ step: Step, _ slots: EventSlots) -> Bool {
        var entry = slots.firstEntry(at: Int(step.path))
        while entry >= 0 {
            if tests.accepts(step.test, slots.leaf(at: entry), of: slots.document) { return true }
            entry = slots.entry(after: entry)
        }
        return false
    }
}
