import Findings
import FoundationEssentials
import HTTPSurface
import Store

extension FindingFilter {
    /// Fields, each with an example; what the box takes.
    static let queryFields = [
        ("severity", ">=high"), ("status", "active"), ("account", "111122223333"), ("region", "eu-central-1"),
        ("product", "GuardDuty"), ("rule", "\"the rest\""), ("destination", "secops"), ("kind", "guardduty"),
        ("fate", "unrouted"), ("since", "24h"), ("until", "today"),
    ]

    /// Reads what was typed into the box above the findings.
    static func read(_ text: String, now: Date) -> ReadQuery<FindingFilter> {
        let query = SearchQuery(text)
        var filter = FindingFilter(text: query.text, without: query.excludedWords.map { FindingFilter(text: $0) })
        var mistakes: [String] = []
        for term in query.terms {
            if let moment = term.moment {
                QueryValues.read(term, now: now, into: &filter[keyPath: moment.of(FindingFilter.moments)], &mistakes)
            } else if term.isExclusion {
                var excluded = FindingFilter()
                excluded.take(term, &mistakes)
                if excluded != FindingFilter() { filter.without.append(excluded) }
            } else {
                filter.take(term, &mistakes)
            }
        }
        return ReadQuery(filter: filter, query: query, mistakes: mistakes)
    }

    private static let moments = (since: \FindingFilter.seenAfter, until: \FindingFilter.seenBefore)

    private mutating func take(_ term: SearchQuery.Term, _ mistakes: inout [String]) {
        func take<Value>(_ value: Value?, _ expected: String) -> Value? {
            if value == nil { mistakes.append("\(term.written): expected \(expected)") }
            return value
        }
        let value = term.value
        switch term.field {
        case _ where value.isEmpty: mistakes.append("\(term.written): nothing stands behind the colon")
        case "severity":
            severities = take(Severity.chosen(by: value), "a severity, or one after >=, <=, > or <")
        case "status":
            let words = FindingStatus.allCases.map { $0.rawValue.lowercased() }
            status = take(FindingStatus(rawValue: value.uppercased()), words.joined(separator: " or "))
        case "account": account = value
        case "region": region = value
        case "product": product = value
        case "rule": rule = value
        case "destination", "to": destination = value
        case "kind":
            let words = FindingKind.allCases.map(\.rawValue)
            kind = take(FindingKind(rawValue: value), words.joined(separator: ", "))
        case "fate":
            // The list says of what is unrouted that it reached nobody.
            let word = value == "nobody" ? "unrouted" : value
            if word == "routed" {
                disposition = word
            } else {
                let words = FindingFate.allCases.map(\.rawValue).joined(separator: ", ")
                fate = take(FindingFate(rawValue: word), "\(words), routed or nobody")
            }
        default:
            let known = FindingFilter.queryFields.map(\.0).joined(separator: ", ")
            mistakes.append("\(term.written): there is no field \(term.field); there are \(known)")
        }
    }
}
