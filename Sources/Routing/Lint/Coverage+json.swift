package import Findings

extension Coverage {
    /// One object for each row; a cell has `destinations`, `suppressedBy` or `unrouted`, and the rules that are exceptions.
    package var json: JSONValue { .array(rows.map { $0.json(withExamples: false) }) }

    /// The same for the rows of names, each with `for`.
    package var namedJSON: JSONValue { .array(named.map { $0.json(withExamples: false) }) }

    /// ``json`` with the example on which each cell was decided, and how many findings there were of it.
    ///
    /// - Parameter counts: For each row, by the label of a severity; rows without any say nothing.
    /// - Returns: One object for each row.
    package func rowsWithExamples(_ counts: [[Severity: Int]] = []) -> JSONValue {
        .array(
            rows.enumerated().map { place, row in
                row.json(withExamples: true, counts: counts.indices.contains(place) ? counts[place] : nil)
            }
        )
    }

    /// ``namedJSON`` with the example on which each cell was decided.
    package var namedWithExamples: JSONValue { .array(named.map { $0.json(withExamples: true) }) }
}

extension Coverage.Row {
    fileprivate func json(withExamples: Bool, counts: [Severity: Int]? = nil) -> JSONValue {
        let cells = zip(Coverage.severities, cells).map { severity, cell in
            let count = counts.map { $0[severity] ?? 0 }
            return JSONValue.Member(severity.label, cell.json(withExample: withExamples, count: count))
        }
        return .compact([
            "for": name.map { .object([.init($0.field.rawValue, .string($0.word))]) },
            "accounts": isEveryGroup ? .string("*") : JSONValue(group), "region": JSONValue(region),
            "cells": .object(cells),
        ])
    }
}

extension Coverage.Cell {
    fileprivate func json(withExample: Bool, count: Int?) -> JSONValue {
        guard outcome != .cannotTell else { return "cannot tell" }
        var members = outcome.members
        let isUnrouted = outcome == .unrouted
        if exceptions.isEmpty == false || isUnrouted {
            members.append(.init("except", .array(exceptions.map { .string($0.rule) })))
        }
        if exceptions.isEmpty == false {
            members.append(.init("witnesses", .array(exceptions.map { .raw($0.witness) })))
        }
        if withExample, let example { members.append(.init("example", .raw(example))) }
        if differs, let former { members.append(.init("before", .object(former.members))) }
        if let count { members.append(.init("findings", .integer(count))) }
        return .object(members)
    }
}

extension Coverage.Outcome {
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .routed(let told):
            var members = [JSONValue.Member("destinations", .array(told.map { .string($0.destination) }))]
            func add(_ key: String, _ isMarked: (Coverage.Told) -> Bool) {
                let marked = told.filter(isMarked)
                if marked.isEmpty == false {
                    members.append(.init(key, .array(marked.map { .string($0.destination) })))
                }
            }
            add("digest", \.isDigest)
            add("held", \.isHeld)
            add("dropped", \.isDropped)
            return members
        case .suppressed(let rule): return [.init("suppressedBy", .string(rule))]
        case .unrouted: return [.init("unrouted", true)]
        case .cannotTell: return []
        }
    }
}
