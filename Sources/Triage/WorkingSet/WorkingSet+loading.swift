import Findings
import FoundationEssentials

extension WorkingSet {
    /// Of what is asked for, the part that is not known.
    func unknown(of wanted: WantedRows) -> WantedRows {
        var unknown = wanted
        unknown.redeliveryKeys.keepFirst { redeliveries.isKnown($0) == false }
        unknown.findings.keepFirst { findingNumbers[$0] == nil }
        unknown.findingNumbers.keepFirst { findings.isKnown($0) == false }
        unknown.problems.keepFirst { problems[$0] == nil }
        unknown.members.keepFirst { members[$0] == nil }
        unknown.contents.keepFirst { contents[$0] == nil }
        unknown.alerts.keepFirst { alerts.isKnown($0) == false }
        unknown.groups.keepFirst { groupNumbers[$0] == nil }
        unknown.groupNumbers.keepFirst { groups.isKnown($0) == false }
        unknown.items.keepFirst { items.isKnown($0) == false }
        unknown.sources.keepFirst { sources.isKnown($0) == false }
        unknown.holds.keepFirst { holds.isKnown($0) == false }
        unknown.silences.keepFirst { silenceEnds.isKnown($0) == false }
        return unknown
    }

    /// Takes over what was found; what was asked for and not found does not exist.
    mutating func take(_ found: FoundRows, for wanted: WantedRows) {
        for key in found.redeliveryKeys { redeliveries.note(.distantPast, at: key) }
        for key in wanted.redeliveryKeys { redeliveries.note(nil, at: key) }
        for row in found.findings { note(row) }
        for key in wanted.findings where findingNumbers[key] == nil { findingNumbers[key] = 0 }
        for number in wanted.findingNumbers { findings.note(nil, at: number) }
        for key in wanted.problems where problems[key] == nil { problems[key] = found.problems[key] ?? 0 }
        for problem in wanted.members where members[problem] == nil { members[problem] = found.members[problem] ?? [:] }
        for (number, finding) in found.contents where contents[number] == nil { contents[number] = .init(finding) }
        for key in wanted.alerts { alerts.note(found.alerts[key], at: key) }
        for group in found.groups { note(group) }
        for name in wanted.groups where groupNumbers[name] == nil { groupNumbers[name] = 0 }
        for number in wanted.groupNumbers { groups.note(nil, at: number) }
        for row in found.items { items.note(row, at: row.item.number) }
        for number in wanted.items { items.note(nil, at: number) }
        for problem in wanted.sources { sources.note(found.sources[problem] ?? [:], at: problem) }
        for key in wanted.holds { holds.note(found.holds[key] ?? [], at: key) }
        for id in wanted.silences { silenceEnds.note(found.silenceEnds[id], at: id) }
    }

    /// Takes over a stored finding, unless more is known already.
    mutating func note(_ row: FindingRow) {
        if findings.isKnown(row.number) == false { findingNumbers[row.key] = row.number }
        findings.note(row, at: row.number)
    }

    /// Takes over a stored group, unless more is known already.
    mutating func note(_ group: AlertGroup) {
        if groups.isKnown(group.number) == false { groupNumbers[group.name] = group.number }
        groups.note(group, at: group.number)
    }
}

extension WantedRows {
    init(_ redeliveryKey: String) { redeliveryKeys = [redeliveryKey] }

    /// The first row of each kind.
    var first: WantedRows {
        var first = WantedRows()
        first.redeliveryKeys = Array(redeliveryKeys.prefix(1))
        first.findings = Array(findings.prefix(1))
        first.findingNumbers = Array(findingNumbers.prefix(1))
        first.problems = Array(problems.prefix(1))
        first.members = Array(members.prefix(1))
        first.contents = Array(contents.prefix(1))
        first.alerts = Array(alerts.prefix(1))
        first.groups = Array(groups.prefix(1))
        first.groupNumbers = Array(groupNumbers.prefix(1))
        first.items = Array(items.prefix(1))
        first.sources = Array(sources.prefix(1))
        first.holds = Array(holds.prefix(1))
        first.silences = Array(silences.prefix(1))
        return first
    }
}

extension Array where Element: Hashable {
    /// Keeps what fits, each element once.
    fileprivate mutating func keepFirst(where fits: (Element) -> Bool) {
        if count < 2 { return removeAll { fits($0) == false } }
        var seen: Set<Element> = []
        removeAll { fits($0) == false || seen.insert($0).inserted == false }
    }
}
