import FoundationEssentials
import Store

extension AuditFilter {
    /// Fields, each with an example; what the box takes.
    static let queryFields = [
        ("who", "anna"), ("what", "routes.publish"), ("on", "v42"), ("since", "7d"), ("until", "today"),
    ]

    /// Reads what was typed into the box above the audit.
    static func read(_ text: String, now: Date) -> ReadQuery<AuditFilter> {
        let query = SearchQuery(text)
        var filter = AuditFilter()
        var mistakes = query.writtenWords.map { "\($0): the audit is not searched by words, only by fields" }
        for term in query.terms {
            if let moment = term.moment {
                QueryValues.read(term, now: now, into: &filter[keyPath: moment.of(AuditFilter.moments)], &mistakes)
            } else if term.isExclusion {
                var excluded = AuditFilter()
                excluded.take(term, &mistakes)
                if excluded != AuditFilter() { filter.without.append(excluded) }
            } else {
                filter.take(term, &mistakes)
            }
        }
        return ReadQuery(filter: filter, query: query, mistakes: mistakes)
    }

    private static let moments = (since: \AuditFilter.since, until: \AuditFilter.until)

    private mutating func take(_ term: SearchQuery.Term, _ mistakes: inout [String]) {
        let value = term.value
        switch term.field {
        case _ where value.isEmpty: mistakes.append("\(term.written): nothing stands behind the colon")
        case "who": actor = value
        case "what": action = value
        case "on": subject = value
        default:
            let known = AuditFilter.queryFields.map(\.0).joined(separator: ", ")
            mistakes.append("\(term.written): there is no field \(term.field); there are \(known)")
        }
    }
}
