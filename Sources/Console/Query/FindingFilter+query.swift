import Findings
import FoundationEssentials
import HTTPSurface
import Store

extension FindingFilter {
    /// Fields, each with an example; what the box takes.
    static let queryFields = [
        ("severity", ">=high"), ("status", "active"), ("account", "111122223333"), ("region", "eu-central-1"),
        ("product", "GuardDuty"), ("rule", "\"the rest\""), ("destination", "secops"), ("kind", "guardduty"),
        ("fate", "unrouted"),
        ("since", "24h"),
    ]

    /// Reads what was typed into the box above the findings.
    static func read(_ text: String, now: Date) -> ReadQuery<FindingFilter> {
        let query = SearchQuery(text)
        var filter = FindingFilter(text: query.text)
        var mistakes: [String] = []
        func take<Value>(_ value: Value?, _ term: SearchQuery.Term, _ expected: String) -> Value? {
            if value == nil { mistakes.append("\(term.written): expected \(expected)") }
            return value
        }
        for term in query.terms {
            let value = term.value
            switch term.field {
            case _ where value.isEmpty: mistakes.append("\(term.written): nothing stands behind the colon")
            case "severity":
                filter.severities = take(Severity.chosen(by: value), term, "a severity, or one after >=, <=, > or <")
            case "status":
                let words = FindingStatus.allCases.map { $0.rawValue.lowercased() }
                filter.status = take(FindingStatus(rawValue: value.uppercased()), term, words.joined(separator: " or "))
            case "account": filter.account = value
            case "region": filter.region = value
            case "product": filter.product = value
            case "rule": filter.rule = value
            case "destination", "to": filter.destination = value
            case "kind":
                let words = FindingKind.allCases.map(\.rawValue)
                filter.kind = take(FindingKind(rawValue: value), term, words.joined(separator: ", "))
            case "fate":
                // The list says of what is unrouted that it reached nobody.
                let word = value == "nobody" ? "unrouted" : value
                if word == "routed" {
                    filter.disposition = word
                } else {
                    let words = FindingFate.allCases.map(\.rawValue).joined(separator: ", ")
                    filter.fate = take(FindingFate(rawValue: word), term, "\(words), routed or nobody")
                }
            case "since":
                filter.seenAfter = take(
                    QueryValues.moment(value, now: now),
                    term,
                    "2h, 7d, today, a day such as 2026-11-28, or a moment"
                )
            default:
                let known = FindingFilter.queryFields.map(\.0).joined(separator: ", ")
                mistakes.append("\(term.written): there is no field \(term.field); there are \(known)")
            }
        }
        return ReadQuery(filter: filter, query: query, mistakes: mistakes)
    }
}
