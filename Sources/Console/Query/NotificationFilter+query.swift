import Findings
import FoundationEssentials
import Store
import Triage

extension NotificationFilter {
    /// Fields, each with an example; what the box takes.
    static let queryFields = [
        ("state", "dead"), ("to", "secops"), ("rule", "\"the rest\""), ("error", "rate_limited"),
        ("finding", "KEY"), ("since", "2h"), ("until", "today"),
    ]

    /// Reads what was typed into the box above the deliveries.
    static func read(_ text: String, now: Date) -> ReadQuery<NotificationFilter> {
        let query = SearchQuery(text)
        var filter = NotificationFilter()
        var mistakes = query.writtenWords.map { "\($0): deliveries are not searched by words, only by fields" }
        for term in query.terms {
            if let moment = term.moment {
                let path = moment.of(NotificationFilter.moments)
                QueryValues.read(term, now: now, into: &filter[keyPath: path], &mistakes)
            } else if term.isExclusion {
                var excluded = NotificationFilter()
                excluded.take(term, &mistakes)
                if excluded != NotificationFilter() { filter.without.append(excluded) }
            } else {
                filter.take(term, &mistakes)
            }
        }
        return ReadQuery(filter: filter, query: query, mistakes: mistakes)
    }

    private static let moments = (since: \NotificationFilter.createdAfter, until: \NotificationFilter.createdBefore)

    private mutating func take(_ term: SearchQuery.Term, _ mistakes: inout [String]) {
        let value = term.value
        switch term.field {
        case _ where value.isEmpty: mistakes.append("\(term.written): nothing stands behind the colon")
        case "state":
            let states = value.split(separator: ",").map { Notification.State(rawValue: $0.lowercased()) }
            if states.isEmpty == false, states.allSatisfy({ $0 != nil }) {
                self.states = Set(states.compactMap(\.self))
            } else {
                let words = Notification.State.allCases.map(\.rawValue).joined(separator: ", ")
                mistakes.append("\(term.written): expected \(words)")
            }
        case "to", "destination": destination = value
        case "rule": rule = value
        case "error": errorClass = value
        case "finding": finding = FindingKey(value)
        default:
            let known = NotificationFilter.queryFields.map(\.0).joined(separator: ", ")
            mistakes.append("\(term.written): there is no field \(term.field); there are \(known)")
        }
    }
}
