package import Routing

/// A part of the rules that is not as it was.
package struct ReplayChange: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case rule(String)
        /// In which order the rules stand that both sets have.
        case order
        case fallback
        case accounts
        /// Terms of destinations, and who receives their mail.
        case destinations
    }

    package enum Kind: String, Sendable, Hashable {
        case added, changed, removed
    }

    package var subject: Subject
    package var kind: Kind

    package init(subject: Subject, kind: Kind) {
        self.subject = subject
        self.kind = kind
    }

    /// What differs between two rule sets, rule by rule.
    ///
    /// - Parameters:
    ///   - before: The earlier rules.
    ///   - after: The later rules.
    /// - Returns: Rules in the order of the later set, removed ones in that of the earlier, then the rest.
    package static func all(from before: RouteDocument, to after: RouteDocument) -> [ReplayChange] {
        let old = Dictionary(before.rules.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(after.rules.map(\.name))
        var changes = after.rules.compactMap { rule -> ReplayChange? in
            guard let known = old[rule.name] else { return ReplayChange(subject: .rule(rule.name), kind: .added) }
            return known == rule ? nil : ReplayChange(subject: .rule(rule.name), kind: .changed)
        }
        changes += before.rules.filter { names.contains($0.name) == false }
            .map { ReplayChange(subject: .rule($0.name), kind: .removed) }
        let common = before.rules.map(\.name).filter(names.contains)
        if common != after.rules.map(\.name).filter({ old[$0] != nil }) {
            changes.append(ReplayChange(subject: .order, kind: .changed))
        }
        if before.fallback != after.fallback {
            let kind: Kind = before.fallback == nil ? .added : after.fallback == nil ? .removed : .changed
            changes.append(ReplayChange(subject: .fallback, kind: kind))
        }
        if before.accounts != after.accounts { changes.append(ReplayChange(subject: .accounts, kind: .changed)) }
        if before.destinations != after.destinations {
            changes.append(ReplayChange(subject: .destinations, kind: .changed))
        }
        return changes
    }

    /// The later rules with this change taken back.
    func undone(in after: RouteDocument, from before: RouteDocument) -> RouteDocument {
        var document = after
        switch subject {
        case .rule(let name): undo(name, in: &document, from: before)
        case .order:
            let places = Dictionary(before.rules.enumerated().map { ($1.name, $0) }) { first, _ in first }
            let common = after.rules.filter { places[$0.name] != nil }
                .sorted { (places[$0.name] ?? 0) < (places[$1.name] ?? 0) }
            var next = common.makeIterator()
            document.rules = after.rules.map { places[$0.name] == nil ? $0 : next.next() ?? $0 }
        case .fallback: document.fallback = before.fallback
        case .accounts: document.accounts = before.accounts
        case .destinations: document.destinations = before.destinations
        }
        return document
    }

    private func undo(_ name: String, in document: inout RouteDocument, from before: RouteDocument) {
        let old = before.rules.first { $0.name == name }
        switch (document.rules.firstIndex { $0.name == name }, old) {
        case (let index?, let old?): document.rules[index] = old
        case (let index?, nil): document.rules.remove(at: index)
        case (nil, let old?):
            // After the last rule before it that is still there.
            let earlier = Set(before.rules.prefix { $0.name != name }.map(\.name))
            let place = document.rules.lastIndex { earlier.contains($0.name) }.map { $0 + 1 } ?? 0
            document.rules.insert(old, at: place)
        case (nil, nil): break
        }
    }
}
