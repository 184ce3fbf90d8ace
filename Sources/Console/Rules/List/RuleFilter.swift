import Findings
import HTTPSurface
import Routing

/// Which rules of a list are shown.
struct RuleFilter: Sendable, Hashable {
    /// Each in the name, the description, a condition or a destination.
    var words: [String] = []
    var accounts: [String] = []
    var severities: Set<Severity>?
    var destinations: [String] = []
    var states: Set<State> = []
    /// Each in the code or the words of a remark; `any` for those with a remark.
    var remarks: [String] = []
    /// Rules that one of these accepts are left out.
    var without: [RuleFilter] = []

    enum State: String, Sendable, Hashable, CaseIterable {
        case on, off, changed, new, moved, suppress, ends
    }

    /// Fields, each with an example; what the box takes.
    static let queryFields = [
        ("account", "1111*"), ("severity", "high"), ("to", "secops"),
        ("is", State.allCases.map(\.rawValue).joined(separator: ", ")), ("lint", "any, shadowed"),
    ]

    var isEmpty: Bool { self == RuleFilter() }

    /// Reads what was typed into the box above the rules.
    static func read(_ text: String) -> ReadQuery<RuleFilter> {
        let query = SearchQuery(text)
        var filter = RuleFilter(words: query.words.map { $0.lowercased() })
        filter.without = query.excludedWords.map { RuleFilter(words: [$0.lowercased()]) }
        var mistakes: [String] = []
        for term in query.terms {
            if term.isExclusion {
                var excluded = RuleFilter()
                excluded.take(term, &mistakes)
                if excluded.isEmpty == false { filter.without.append(excluded) }
            } else {
                filter.take(term, &mistakes)
            }
        }
        return ReadQuery(filter: filter, query: query, mistakes: mistakes)
    }

    private mutating func take(_ term: SearchQuery.Term, _ mistakes: inout [String]) {
        switch term.field {
        case _ where term.value.isEmpty: mistakes.append("\(term.written): nothing stands behind the colon")
        case "account": accounts.append(term.value)
        case "to": destinations.append(term.value)
        case "lint": remarks.append(term.value.lowercased())
        case "severity":
            if let chosen = Severity.chosen(by: term.value) {
                severities = chosen
            } else {
                mistakes.append("\(term.written): expected a severity, or one after >=, <=, > or <")
            }
        case "is":
            if let state = State(rawValue: term.value.lowercased()) {
                states.insert(state)
            } else {
                let words = State.allCases.map(\.rawValue).joined(separator: ", ")
                mistakes.append("\(term.written): expected \(words)")
            }
        default:
            let known = RuleFilter.queryFields.map(\.0).joined(separator: ", ")
            mistakes.append("\(term.written): there is no field \(term.field); there are \(known)")
        }
    }

    /// - Parameters:
    ///   - rule: A rule.
    ///   - mark: What a draft did to it.
    ///   - claims: What is doubtful in it.
    ///   - groups: The account groups of its document.
    /// - Returns: Whether it is shown.
    func accepts(_ rule: Rule, _ mark: RuleMark?, claims: [Claim], groups: [String: [String]]) -> Bool {
        states.allSatisfy { state in
            switch state {
            case .on: rule.isEnabled
            case .off: rule.isEnabled == false
            case .changed: mark?.isChanged == true
            case .new: mark?.isNew == true
            case .moved: mark?.moved != nil
            case .suppress: rule.suppress != nil
            case .ends: rule.stop
            }
        }
            && remarks.allSatisfy { word in claims.contains { RuleFilter.holds(word, $0) } }
            && destinations.allSatisfy { rule.send.contains($0) }
            && accounts.allSatisfy { rule.when.names(account: $0, groups: groups) }
            && (severities.map(rule.when.mayTake(severities:)) ?? true)
            && (words.isEmpty || holdsWords(rule))
            && without.allSatisfy { $0.accepts(rule, mark, claims: claims, groups: groups) == false }
    }

    private static func holds(_ word: String, _ claim: Claim) -> Bool {
        word == "any" || claim.kind.code.contains(word) || claim.diagnostic.text.lowercased().contains(word)
    }

    private func holdsWords(_ rule: Rule) -> Bool {
        let text = ([rule.name, rule.description ?? "", rule.sentence.text] + rule.send).joined(separator: " ")
            .lowercased()
        return words.allSatisfy { text.contains($0) }
    }
}
