import Findings
import Routing

/// What becomes of each finding, in some twelve bytes a finding: most share what becomes of them.
struct FindingFates: Sendable {
    /// The worst class of a finding's observations, and the destinations where one of them is lost or gained.
    struct Fate: Sendable, Hashable {
        var kind: ReplayClass
        var lost: Set<String> = []
        var gained: Set<String> = []

        init(_ change: DecisionChange) {
            kind = change.kind
            lost = Set(change.lost)
            gained = Set(change.gained)
        }
    }

    private struct Pair: Hashable {
        var one: Int32
        var other: Int32
    }

    private(set) var fates: [Fate] = []
    /// How many findings share each fate.
    private(set) var counts: [Int] = []
    private var numbers: [Fate: Int32] = [:]
    private var merged: [Pair: Int32] = [:]
    private var findings: [Int: Int32] = [:]

    /// Two findings of which the hashes are the same are taken for one: of five million, that happens once in a million
    /// replays.
    static func hash(_ key: FindingKey) -> Int { key.rawValue.hashValue }

    mutating func number(_ fate: Fate) -> Int32 {
        if let known = numbers[fate] { return known }
        let number = Int32(fates.count)
        numbers[fate] = number
        fates.append(fate)
        counts.append(0)
        return number
    }

    /// Adds what becomes of an observation of a finding.
    mutating func add(_ fate: Int32, to finding: Int) {
        guard let known = findings[finding] else {
            findings[finding] = fate
            counts[Int(fate)] += 1
            return
        }
        guard known != fate else { return }
        let both = merge(known, fate)
        guard both != known else { return }
        findings[finding] = both
        counts[Int(known)] -= 1
        counts[Int(both)] += 1
    }

    func fate(of finding: Int) -> Fate? { findings[finding].map { fates[Int($0)] } }

    var count: Int { findings.count }

    /// How many findings are in each class.
    var classes: [ReplayClass: Int] {
        zip(fates, counts).reduce(into: [:]) { classes, fate in
            if fate.1 > 0 { classes[fate.0.kind, default: 0] += fate.1 }
        }
    }

    private mutating func merge(_ one: Int32, _ other: Int32) -> Int32 {
        let pair = Pair(one: one, other: other)
        if let known = merged[pair] { return known }
        var fate = fates[Int(one)]
        let second = fates[Int(other)]
        fate.kind = min(fate.kind, second.kind)
        fate.lost.formUnion(second.lost)
        fate.gained.formUnion(second.gained)
        let number = number(fate)
        merged[pair] = number
        return number
    }
}
