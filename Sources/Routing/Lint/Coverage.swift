package import Findings

/// What becomes of findings by severity, account group and Region, and for each product, source and type that rules name.
///
/// Each cell is one finding that the engine was asked about: active, in an account of the group and in the Region, and of
/// nothing particular but what the row is for. A cell names the rules that treat some of its findings otherwise.
package struct Coverage: Sendable {
    /// Findings that have nothing particular about them.
    package var rows: [Row] = []
    /// One or more rows for each product, source and type that rules name.
    package var named: [Row] = []
    /// Whether there were more groups, Regions and names than fit.
    package var isCut = false

    /// The severities of a row's cells, the worst first.
    package static let severities = Severity.allCases.reversed()

    package static let mostRows = 120
    private static let mostRegions = 12
    private static let mostNames = 40
    /// How many rules a cell names.
    private static let mostExceptions = 5

    package struct Row: Sendable {
        /// What the row is for: `product`, `source` or `type`, and the word as a rule writes it; `nil` for nothing particular.
        package var name: Name?
        /// `@group`, or `nil` for accounts of no group, and with `isEveryGroup` for all.
        package var group: String?
        /// Whether the cells are the same in every account.
        package var isEveryGroup = false
        /// As the rules write it, or `nil` for every Region that no rule names.
        package var region: String?
        /// Which accounts and Regions it stands for.
        package var place: CoveredPlace
        package var cells: [Cell]
    }

    package struct Name: Sendable, Hashable {
        package var field: Condition.Field
        package var word: String

        package init(field: Condition.Field, word: String) {
            self.field = field
            self.word = word
        }
    }

    package struct Cell: Sendable, Hashable {
        package var outcome: Outcome
        /// What the rules compared with make of the same example; `nil` when none are, or none was found.
        package var former: Outcome?
        /// The finding that was decided, as JSON; `nil` when none was found.
        package var example: String?
        /// Rules that treat some findings of the cell otherwise.
        package var exceptions: [Exception]

        /// Whether the rules compared with decide the example otherwise.
        package var differs: Bool { former.map { $0 != outcome } ?? false }
    }

    package enum Outcome: Sendable, Hashable {
        case routed([Told])
        case suppressed(rule: String)
        /// Nobody is told.
        case unrouted
        /// No finding of the kind was found.
        case cannotTell
    }

    /// A destination of a cell.
    package struct Told: Sendable, Hashable {
        package var destination: String
        /// Whether it is told in a digest.
        package var isDigest: Bool
        /// Whether a mute window holds the severity back, or drops it, at some times.
        package var isHeld: Bool
        package var isDropped: Bool
    }

    package struct Exception: Sendable, Hashable {
        package var rule: String
        /// A finding of the cell that the rule treats otherwise, as JSON.
        package var witness: String
        /// The same in words.
        package var words: String
    }

    /// - Parameters:
    ///   - table: The rules.
    ///   - other: Rules to compare them with, whose groups, Regions and names have rows, too.
    package init(_ table: RoutingTable, comparedWith other: RoutingTable? = nil) {
        let accounts = table.document.accounts.merging(other?.document.accounts ?? [:]) { own, _ in own }
        let conditions = (table.document.rules + (other?.document.rules ?? [])).map(\.when)
        let groups = accounts.keys.sorted().map { "@\($0)" }
        var regions: [String] = []
        for region in conditions.flatMap(\.regions) where regions.contains(region) == false {
            regions.append(region)
        }
        isCut = regions.count > Coverage.mostRegions
        regions = Array(regions.prefix(Coverage.mostRegions))
        var budget = RouteLint.mostSearches
        let candidates = CoverageCandidates(table)
        func row(_ name: Name?, _ group: String?, _ region: String?) -> Row {
            let ofAccount = GlobSet(words: group.map { [$0] } ?? groups.map { "!\($0)" })
            let ofRegion = GlobSet(words: region.map { [$0] } ?? regions.map { "!\($0)" })
            var common: [Condition.Test] = [.field(.account, ofAccount), .field(.region, ofRegion)]
            if let name { common.append(.field(name.field, GlobSet(words: [name.word]))) }
            common.removeAll { if case .field(_, let globs) = $0 { globs.words.isEmpty } else { false } }
            let rules = candidates.taking(FieldCheck(.account, ofAccount, accounts: accounts))
            let cells = Coverage.severities.map { severity in
                let condition = Condition(tests: common + [.severity([severity], words: [])])
                return Coverage.cell(
                    ConditionCheck(condition, accounts: accounts),
                    severity,
                    table,
                    other,
                    rules,
                    &budget
                )
            }
            let place = CoveredPlace(account: ofAccount, region: ofRegion, accounts: accounts)
            return Row(name: name, group: group, region: region, place: place, cells: cells)
        }
        let groupsAndNone = groups.map { Optional($0) } + [nil]
        for group in groupsAndNone {
            for region in regions.map({ Optional($0) }) + [nil] {
                guard rows.count < Coverage.mostRows else {
                    isCut = true
                    break
                }
                rows.append(row(nil, group, region))
            }
        }
        var names: [Name] = []
        for name in conditions.flatMap(\.coveredNames) where names.contains(name) == false {
            names.append(name)
        }
        isCut = isCut || names.count > Coverage.mostNames
        for name in names.prefix(Coverage.mostNames) {
            guard named.count < Coverage.mostRows else {
                isCut = true
                return
            }
            let found = groupsAndNone.map { row(name, $0, nil) }
            if let first = found.first, found.allSatisfy({ $0.looksLike(first) }) {
                named.append(Row(name: name, isEveryGroup: true, place: first.place, cells: first.cells))
            } else {
                named += found
            }
        }
    }

    private static func cell(
        _ check: ConditionCheck,
        _ severity: Severity,
        _ table: RoutingTable,
        _ other: RoutingTable?,
        _ rules: CoverageCandidates,
        _ budget: inout Int
    ) -> Cell {
        let demands = Demands(check)
        guard case .found(let observation) = WitnessSearch().run(demands) else {
            return Cell(outcome: .cannotTell, former: nil, example: nil, exceptions: [])
        }
        let decision = table.decide(observation)
        let usual = outcome(decision, severity)
        let matched = Set(decision.matched)
        var exceptions: [Exception] = []
        for place in rules.places(severity.rawValue) {
            guard budget > 0, exceptions.count < mostExceptions else { break }
            let rule = table.document.rules[place]
            guard matched.contains(rule.name) == false else { continue }
            budget -= 1
            let both = Demands(all: [demands, Demands(table.conditions[place])])
            guard case .found(let observation) = WitnessSearch().run(both) else { continue }
            let other = table.decide(observation)
            guard other.matched.contains(rule.name), outcome(other, severity) != usual else { continue }
            exceptions.append(Exception(rule: rule.name, witness: observation.witness.text, words: observation.words))
        }
        return Cell(
            outcome: usual,
            former: other.map { outcome($0.decide(observation), severity) },
            example: observation.witness.text,
            exceptions: exceptions
        )
    }

    private static func outcome(_ decision: Decision, _ severity: Severity) -> Outcome {
        switch decision.verdict {
        case .routed(let routed):
            return .routed(
                routed.map { one in
                    let mutes = one.terms.mutes.filter { $0.severities.contains(severity) }
                    return Told(
                        destination: one.destination,
                        isDigest: one.terms.digest != nil,
                        isHeld: one.terms.digest == nil && mutes.contains { $0.action == .hold },
                        isDropped: mutes.contains { $0.action == .drop }
                    )
                }
            )
        case .suppressed(let rule, _): return .suppressed(rule: rule)
        case .unrouted: return .unrouted
        }
    }
}

extension Coverage.Row {
    /// Whether the same is said of the findings, whatever shows it.
    fileprivate func looksLike(_ other: Coverage.Row) -> Bool {
        zip(cells, other.cells).allSatisfy { left, right in
            left.outcome == right.outcome && left.former == right.former
                && left.exceptions.map(\.rule) == right.exceptions.map(\.rule)
        }
    }
}

extension Condition {
    /// The Regions that the condition names to include them, as written, at any depth.
    fileprivate var regions: [String] {
        tests.flatMap { test -> [String] in
            switch test {
            case .field(.region, let globs): globs.words.filter { $0.hasPrefix("!") == false && $0 != "*" }
            case .not(let condition): condition.regions
            case .any(let conditions): conditions.flatMap(\.regions)
            case .severity, .field, .pattern: []
            }
        }
    }

    /// The products, sources and types that the condition names to include them.
    fileprivate var coveredNames: [Coverage.Name] {
        tests.flatMap { test -> [Coverage.Name] in
            switch test {
            case .field(let field, let globs) where [.product, .source, .type].contains(field):
                globs.words.filter { $0.hasPrefix("!") == false && $0 != "*" }.map { .init(field: field, word: $0) }
            case .not(let condition): condition.coveredNames
            case .any(let conditions): conditions.flatMap(\.coveredNames)
            case .severity, .field, .pattern: []
            }
        }
    }
}
