package import Findings

/// What is different between two routes.json, name by name and member by member.
package struct RouteComparison: Sendable, Hashable {
    /// Where in routes.json a thing is kept.
    package enum Section: String, Sendable, Hashable, CaseIterable {
        case rules, destinations, windows, accounts, expectations
        /// What has no name of its own: `fallback`, `email`, `severities` …
        case document
    }

    package enum Kind: String, Sendable, Hashable {
        case added, removed, changed
        /// Only its place among the rules is another.
        case moved
    }

    /// One thing that is different.
    package struct Change: Sendable, Hashable {
        package var section: Section
        /// Of the rule, destination, window, account group or expectation; of the member of the document.
        package var name: String
        package var kind: Kind
        /// Whether its place among the rules is another, too.
        package var isMoved: Bool
        /// Places among the rules, 1 or more; `nil` where there is none.
        package var placeBefore: Int?
        package var placeAfter: Int?
        /// The members that differ; empty for what was only moved.
        package var members: [MemberChange]
        /// As it is written; `nil` where it is not there.
        package var before: String?
        package var after: String?
    }

    /// One member of a thing that is different; the whole of it under an empty key where it has no members.
    package struct MemberChange: Sendable, Hashable {
        package var key: String
        /// As it is written; `nil` where it is not there.
        package var before: String?
        package var after: String?
    }

    /// In the order of the sections, and within each in the order of the newer text; what was removed stands last.
    package private(set) var changes: [Change] = []
    /// How many rules are the same, and in the same place.
    package private(set) var sameRules = 0

    /// - Parameters:
    ///   - before: A text that could be read.
    ///   - after: Another.
    package init(from before: JSON, to after: JSON) {
        compareRules(before["rules"]?.elements ?? [], after["rules"]?.elements ?? [])
        for section in [Section.destinations, .windows, .accounts] {
            compare(section, before[section.rawValue], after[section.rawValue])
        }
        compareExpectations(before["expectations"]?.elements ?? [], after["expectations"]?.elements ?? [])
        let sections = Set(Section.allCases.map(\.rawValue))
        let (old, new) = (before.members, after.members)
        for member in new where sections.contains(member.key) == false {
            add(.document, member.key, before[member.key], member.value)
        }
        for member in old where sections.contains(member.key) == false && after[member.key] == nil {
            add(.document, member.key, member.value, nil)
        }
    }

    package var isEmpty: Bool { changes.isEmpty }

    /// The changes of one section.
    package func changes(of section: Section) -> [Change] { changes.filter { $0.section == section } }

    private mutating func compareRules(_ before: [JSON], _ after: [JSON]) {
        let old = before.map { $0["name"]?.string ?? "" }
        let new = after.map { $0["name"]?.string ?? "" }
        let places = Dictionary(zip(old, old.indices)) { first, _ in first }
        let moved = OrderedNames.moved(from: old, to: new)
        for (place, name) in new.enumerated() {
            let earlier = places[name]
            let isMoved = moved.contains(name)
            let count = changes.count
            add(.rules, name, earlier.map { before[$0] }, after[place])
            if changes.count == count {
                guard isMoved else {
                    sameRules += 1
                    continue
                }
                let text = after[place].text
                changes.append(
                    Change(
                        section: .rules,
                        name: name,
                        kind: .moved,
                        isMoved: true,
                        members: [],
                        before: text,
                        after: text
                    )
                )
            }
            changes[count].isMoved = isMoved
            changes[count].placeBefore = earlier.map { $0 + 1 }
            changes[count].placeAfter = place + 1
        }
        let kept = Set(new)
        for (place, name) in old.enumerated() where kept.contains(name) == false {
            add(.rules, name, before[place], nil)
            changes[changes.count - 1].placeBefore = place + 1
        }
    }

    /// By their names; their order means nothing.
    private mutating func compareExpectations(_ before: [JSON], _ after: [JSON]) {
        func named(_ list: [JSON]) -> [String: JSON] {
            Dictionary(list.map { ($0["name"]?.string ?? "", $0) }) { first, _ in first }
        }
        let (old, new) = (named(before), named(after))
        for json in after {
            let name = json["name"]?.string ?? ""
            add(.expectations, name, old[name], json)
        }
        for json in before {
            let name = json["name"]?.string ?? ""
            if new[name] == nil { add(.expectations, name, json, nil) }
        }
    }

    private mutating func compare(_ section: Section, _ before: JSON?, _ after: JSON?) {
        for member in after?.members ?? [] { add(section, member.key, before?[member.key], member.value) }
        for member in before?.members ?? [] where after?[member.key] == nil {
            add(section, member.key, member.value, nil)
        }
    }

    /// Notes a thing if it is different.
    private mutating func add(_ section: Section, _ name: String, _ before: JSON?, _ after: JSON?) {
        guard isSame(before, after) == false else { return }
        let kind: Kind = before == nil ? .added : after == nil ? .removed : .changed
        changes.append(
            Change(
                section: section,
                name: name,
                kind: kind,
                isMoved: false,
                members: RouteComparison.members(before, after),
                before: before?.text,
                after: after?.text
            )
        )
    }

    private static func members(_ before: JSON?, _ after: JSON?) -> [MemberChange] {
        guard (before ?? after)?.kind == .object, (after ?? before)?.kind == .object else {
            return [MemberChange(key: "", before: before?.text, after: after?.text)]
        }
        let new = after?.members ?? []
        let gone = (before?.members ?? []).filter { after?[$0.key] == nil }
        return (new + gone).compactMap { member in
            let (old, new) = (before?[member.key], after?[member.key])
            guard isSame(old, new) == false else { return nil }
            return MemberChange(key: member.key, before: old?.text, after: new?.text)
        }
    }
}
