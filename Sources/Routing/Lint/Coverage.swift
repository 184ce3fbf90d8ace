package import Findings

/// What becomes of findings that have nothing particular about them, by severity, account group and Region.
///
/// Each cell is one finding that the engine was asked about: active, of no type, control or resource, in an account of
/// the group and in the Region.
package struct Coverage: Sendable {
    package var rows: [Row] = []
    /// Whether there were more groups and Regions than fit.
    package var isCut = false

    /// The severities of a row's cells, the worst first.
    package static let severities = Severity.allCases.reversed()

    package static let mostRows = 120
    private static let mostRegions = 12

    package struct Row: Sendable {
        /// `@group`, or `nil` for accounts of no group.
        package var group: String?
        /// As the rules write it, or `nil` for every Region that no rule names.
        package var region: String?
        package var cells: [Cell]
    }

    package enum Cell: Sendable, Hashable {
        case routed([String])
        case suppressed(rule: String)
        /// Nobody is told, except by the rules that ask for something particular and can match here as well.
        case unrouted(except: [String])
        /// No finding of the kind was found.
        case cannotTell
    }

    package init(_ table: RoutingTable) {
        let document = table.document
        let groups = document.accounts.keys.sorted()
        let named = document.rules.flatMap(\.when.regions)
        var regions: [String] = []
        for region in named where regions.contains(region) == false { regions.append(region) }
        isCut = regions.count > Coverage.mostRegions
        regions = Array(regions.prefix(Coverage.mostRegions))
        var budget = RouteLint.mostSearches
        for group in groups.map({ Optional("@\($0)") }) + [nil] {
            for region in regions.map({ Optional($0) }) + [nil] {
                guard rows.count < Coverage.mostRows else {
                    isCut = true
                    return
                }
                let place: [Condition.Test] = [
                    .field(.account, GlobSet(words: group.map { [$0] } ?? groups.map { "!@\($0)" })),
                    .field(.region, GlobSet(words: region.map { [$0] } ?? regions.map { "!\($0)" })),
                ].filter { test in
                    if case .field(_, let globs) = test { return globs.words.isEmpty == false }
                    return true
                }
                let cells = Coverage.severities.map { severity in
                    let condition = Condition(tests: place + [.severity([severity], words: [])])
                    return Coverage.cell(ConditionCheck(condition, accounts: document.accounts), table, &budget)
                }
                rows.append(Row(group: group, region: region, cells: cells))
            }
        }
    }

    private static func cell(_ place: ConditionCheck, _ table: RoutingTable, _ budget: inout Int) -> Cell {
        let demands = Demands(place)
        guard case .found(let observation) = WitnessSearch().run(demands) else { return .cannotTell }
        switch table.decide(observation).verdict {
        case .routed(let routed): return .routed(routed.map(\.destination))
        case .suppressed(let rule, _): return .suppressed(rule: rule)
        case .unrouted:
            var others: [String] = []
            for (rule, condition) in zip(table.document.rules, table.conditions) where budget > 0 {
                budget -= 1
                let both = Demands(all: [demands, Demands(condition)])
                guard case .found(let observation) = WitnessSearch().run(both),
                    table.decide(observation).matched.contains(rule.name)
                else { continue }
                others.append(rule.name)
            }
            return .unrouted(except: others)
        }
    }
}

extension Coverage {
    /// One object for each row; a cell has `destinations`, `suppressedBy` or `unrouted`.
    package var json: JSONValue {
        .array(
            rows.map { row in
                let cells = zip(Coverage.severities, row.cells).map { severity, cell in
                    JSONValue.Member(severity.label, cell.json)
                }
                return ["accounts": JSONValue(row.group), "region": JSONValue(row.region), "cells": .object(cells)]
            }
        )
    }
}

extension Coverage.Cell {
    fileprivate var json: JSONValue {
        switch self {
        case .routed(let destinations): ["destinations": .array(destinations.map { .string($0) })]
        case .suppressed(let rule): ["suppressedBy": .string(rule)]
        case .unrouted(let rules): ["unrouted": true, "except": .array(rules.map { .string($0) })]
        case .cannotTell: "cannot tell"
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
}
