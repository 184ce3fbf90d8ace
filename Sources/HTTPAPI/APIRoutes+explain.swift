import Findings
import HTTPSurface
import Hummingbird
import Operations
import Routing

extension APIRoutes {
    /// Why findings go where they go: those of a posted body, a stored one with the event it came in, or one that has just
    /// some fields.
    ///
    /// Nothing is stored, sent or counted.
    func explain(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let finding = query.text("finding")
        let version = query.word("version", of: ["a version's number", "then"]) { RuleChoice($0) }
        let draft = query.text("draft")
        let severity = query.word("severity", of: Severity.allCases.map(\.label)) { Severity(label: $0) }
        if version != nil, draft != nil { query.refuse("draft", "goes without version: rules are one or the other") }
        let rules = version ?? draft.map { .draft($0) } ?? .active
        let moment = query.date("at")
        let isFields = query.word("as", of: ["event", "fields"]) { ["event": false, "fields": true][$0] } ?? false
        if finding != nil, isFields { query.refuse("as", "fields are those of the body, not of a stored finding") }
        if severity != nil, isFields { query.refuse("severity", "goes into the fields, where they say what is asked") }
        if finding == nil, rules == .atTheTime { query.refuse("version", "then goes with a stored finding only") }
        try query.finish()
        let body = try await BodyLimit.standard.collect(request)
        if isFields {
            return JSONAnswer(try await operations.findings.explain(fields: body, under: rules, at: moment).json)
        }
        guard let finding else {
            return JSONAnswer(
                try await operations.findings.explain(body: body, under: rules, at: moment, as: severity).json
            )
        }
        guard body.isEmpty else {
            throw Problem(
                .badRequest,
                detail: "Name a stored finding or post an event, not both: with ?finding= the body must be empty."
            )
        }
        return JSONAnswer(
            try await operations.findings.explain(stored: finding, under: rules, at: moment, as: severity).json
        )
    }
}

extension RuleChoice {
    /// `then`, or the number of a version.
    fileprivate init?(_ text: String) {
        if text == "then" {
            self = .atTheTime
        } else if let version = Int(text), version > 0 {
            self = .version(version)
        } else {
            return nil
        }
    }
}
