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
        var mistakes = query.words.map { "\($0): the audit is not searched by words, only by fields" }
        for term in query.terms {
            let value = term.value
            switch term.field {
            case _ where value.isEmpty: mistakes.append("\(term.written): nothing stands behind the colon")
            case "who": filter.actor = value
            case "what": filter.action = value
            case "on": filter.subject = value
            case "since": QueryValues.read(term, now: now, into: &filter.since, &mistakes)
            case "until": QueryValues.read(term, now: now, into: &filter.until, &mistakes)
            default:
                let known = AuditFilter.queryFields.map(\.0).joined(separator: ", ")
                mistakes.append("\(term.written): there is no field \(term.field); there are \(known)")
            }
        }
        return ReadQuery(filter: filter, query: query, mistakes: mistakes)
    }
}
