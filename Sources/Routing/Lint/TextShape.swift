/// The texts that one glob, wildcard or affix accepts, as steps of an automaton.
struct TextShape: Sendable, Hashable {
    var steps: [Step]
    /// Whether the steps are those of a tag's key, after which `=` and anything follow.
    var isTagKey = false

    enum Step: Sendable, Hashable {
        /// Any characters, none included.
        case star
        /// One of these characters.
        case one([Unicode.Scalar])
        /// Any number of the characters that do not count in a name, none included.
        case gap
    }

    /// Literal texts with a star between each two.
    init(literals: [[UInt8]], isTagKey: Bool = false) {
        steps = []
        for (index, literal) in literals.enumerated() {
            if index > 0 { steps.append(.star) }
            steps += String(decoding: literal, as: UTF8.self).unicodeScalars.map { .one([$0]) }
        }
        self.isTagKey = isTagKey
    }

    init(steps: [Step]) { self.steps = steps }

    /// Every way to write a folded name; see ``SpokenName``.
    init(name: [UInt8]) {
        steps = [.gap]
        for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
            // It stands between digits, where it counts.
            steps.append(.one(scalar == "-" ? TextShape.gaps : [scalar]))
            steps.append(.gap)
        }
    }

    /// The ways to write a name that have gaps where this one has them.
    init(spelling: String) {
        steps = []
        var isApart = false
        var last: Unicode.Scalar?
        for scalar in spelling.unicodeScalars {
            guard TextShape.gaps.contains(scalar) == false else {
                isApart = true
                continue
            }
            // Between digits a gap counts.
            let isNumber = last.map { "0"..."9" ~= $0 && "0"..."9" ~= scalar } ?? false
            if isApart { steps.append(isNumber ? .one(TextShape.gaps) : .gap) }
            steps.append(.one([scalar]))
            isApart = false
            last = scalar
        }
    }

    static let gaps: [Unicode.Scalar] = [" ", "-", "_"]

    /// The states before the first character.
    var start: [Int] { closed([0]) }

    /// The states after one more character; none when no text that begins so is accepted.
    func next(_ states: [Int], _ scalar: Unicode.Scalar) -> [Int] {
        var reached: [Int] = []
        for state in states {
            if state > steps.count {
                reached.append(state)
            } else if state == steps.count {
                if isTagKey, scalar == "=" { reached.append(state + 1) }
            } else {
                switch steps[state] {
                case .star: if isTagKey == false || scalar != "=" { reached.append(state) }
                case .one(let accepted): if accepted.contains(scalar) { reached.append(state + 1) }
                case .gap: if TextShape.gaps.contains(scalar) { reached.append(state) }
                }
            }
        }
        return closed(reached)
    }

    func accepts(_ states: [Int]) -> Bool { states.contains(isTagKey ? steps.count + 1 : steps.count) }

    func accepts(_ text: String) -> Bool {
        accepts(text.unicodeScalars.reduce(start) { next($0, $1) })
    }

    /// The text with nothing in the places of the stars.
    var shortest: String {
        var text = ""
        for case .one(let accepted) in steps {
            if let scalar = accepted.first { text.unicodeScalars.append(scalar) }
        }
        return isTagKey ? text + "=x" : text
    }

    /// A star may stand for nothing.
    private func closed(_ states: [Int]) -> [Int] {
        var all = Set(states)
        for state in states {
            var at = state
            while at < steps.count, steps[at] == .star || steps[at] == .gap {
                at += 1
                all.insert(at)
            }
        }
        return all.sorted()
    }
}

/// A text that is looked for: every clause must hold of it.
struct TextSearch {
    private var shapes: [TextShape] = []
    private var clauses: [Clause] = []
    /// Whether the empty text counts; fields of a finding take it for no value.
    var allowsEmpty = false

    /// Holds when one of the shapes accepts the text, or when all of the shapes of one of the refusals do not.
    private struct Clause {
        var accepting: [Int]
        var refusing: [[Int]]
    }

    enum Result: Equatable {
        case text(String)
        /// There is no such text.
        case none
        /// Not found within bounds.
        case unknown
    }

    private static let mostStates = 4_000
    private static let longest = 600

    mutating func require(oneOf accepting: [TextShape], orNoneOf refusing: [[TextShape]] = []) {
        clauses.append(Clause(accepting: accepting.map { add($0) }, refusing: refusing.map { $0.map { add($0) } }))
    }

    mutating func refuse(_ shapes: [TextShape]) {
        for shape in shapes { require(oneOf: [], orNoneOf: [[shape]]) }
    }

    private mutating func add(_ shape: TextShape) -> Int {
        if let known = shapes.firstIndex(of: shape) { return known }
        shapes.append(shape)
        return shapes.count - 1
    }

    /// Tries the given texts and the shortest of every shape, then searches all texts by length.
    ///
    /// - Parameter preferred: Texts that read better than what a search finds.
    /// - Returns: ``Result/none`` only when no text satisfies every clause.
    func run(preferred: [String] = []) -> Result {
        for text in preferred + shapes.map(\.shortest) where allowsEmpty || text.isEmpty == false {
            let states = shapes.map { shape in text.unicodeScalars.reduce(shape.start) { shape.next($0, $1) } }
            if holds(states) { return .text(text) }
        }
        return search()
    }

    private struct Node {
        var states: [[Int]]
        var parent: Int
        var scalar: Unicode.Scalar
        var length: Int
    }

    private func search() -> Result {
        var nodes = [Node(states: shapes.map(\.start), parent: -1, scalar: "x", length: 0)]
        var seen: Set<[[Int]]> = []
        if allowsEmpty, holds(nodes[0].states) { return .text("") }
        let alphabet = alphabet
        var at = 0
        while at < nodes.count {
            let node = nodes[at]
            guard node.length < TextSearch.longest else { return .unknown }
            for scalar in alphabet {
                let states = shapes.indices.map { shapes[$0].next(node.states[$0], scalar) }
                guard isHopeful(states), seen.insert(states).inserted else { continue }
                nodes.append(Node(states: states, parent: at, scalar: scalar, length: node.length + 1))
                if holds(states) { return .text(text(nodes, nodes.count - 1)) }
                guard nodes.count < TextSearch.mostStates else { return .unknown }
            }
            at += 1
        }
        return .none
    }

    private func text(_ nodes: [Node], _ last: Int) -> String {
        var scalars: [Unicode.Scalar] = []
        var at = last
        while nodes[at].parent >= 0 {
            scalars.append(nodes[at].scalar)
            at = nodes[at].parent
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars.reversed())
        return text
    }

    /// Every character that some shape tells from the others, and one that none does.
    private var alphabet: [Unicode.Scalar] {
        var scalars: Set<Unicode.Scalar> = []
        for shape in shapes {
            if shape.isTagKey { scalars.insert("=") }
            for case .one(let accepted) in shape.steps { scalars.formUnion(accepted) }
            if shape.steps.contains(.gap) { scalars.formUnion(TextShape.gaps) }
        }
        let other = "xyzqwj_~0123456789".unicodeScalars.first { scalars.contains($0) == false } ?? "\u{3BE}"
        return [other] + scalars.sorted()
    }

    private func holds(_ states: [[Int]]) -> Bool {
        clauses.allSatisfy { clause in
            clause.accepting.contains { shapes[$0].accepts(states[$0]) }
                || clause.refusing.contains { $0.allSatisfy { shapes[$0].accepts(states[$0]) == false } }
        }
    }

    private func isHopeful(_ states: [[Int]]) -> Bool {
        clauses.allSatisfy { clause in
            clause.refusing.isEmpty == false || clause.accepting.contains { states[$0].isEmpty == false }
        }
    }
}
