import Findings
import FoundationEssentials
import GRDB
import Store

/// Conditions on a finding `f`.
extension FindingRows {
    /// Whether a rule matched the finding `f`; takes the moment from which observations count, and the rule's name.
    private static let wasMatched = """
        EXISTS (SELECT 1 FROM observations o WHERE o.finding = f.number AND o.received_at >= ? AND EXISTS (
            SELECT 1 FROM json_each(o.detail, '$.matched') WHERE value = ?))
        """

    /// Whether the finding `f` was routed to a destination; takes its name. One look into the primary key for each finding.
    private static let wasRouted = """
        EXISTS (SELECT 1 FROM alerts a WHERE a.finding = coalesce(f.problem, f.number) AND a.destination = ?)
        """

    /// Whether the finding `f` is of a product; takes its name.
    private static let isOfProduct = """
        is_product((SELECT json_extract(content, '$.product') FROM observations WHERE number = f.observation), ?)
        """

    /// What a filter asks for, and its arguments.
    static func condition(_ filter: FindingFilter, _ db: Database) throws -> (sql: String, StatementArguments) {
        var (sql, arguments) = condition(filter)
        if let fate = filter.fate, let numbers = try StandingRows.candidates(fate, db) {
            sql += " AND f.number IN (SELECT value FROM json_each(?))"
            arguments += [StandingRows.list(of: numbers)]
        }
        return (sql, arguments)
    }

    /// A text with `*` as GLOB has it, for which two more signs are of weight.
    private static func pattern(_ glob: String) -> String {
        glob.replacing("[", with: "[[]").replacing("?", with: "[?]")
    }

    private static func condition(_ filter: FindingFilter) -> (sql: String, StatementArguments) {
        var terms: [String] = []
        var arguments = StatementArguments()
        func add(_ term: String, _ values: StatementArguments) {
            terms.append(term)
            arguments += values
        }
        if let account = filter.account { add("f.account = ?", [account]) }
        if let globs = filter.accounts {
            let ids = globs.filter { $0.contains("*") == false }
            let patterns = globs.filter { $0.contains("*") }.map(pattern)
            let terms = ["f.account IN (SELECT value FROM json_each(?))"] + patterns.map { _ in "f.account GLOB ?" }
            add(
                "(\(terms.joined(separator: " OR ")))",
                StatementArguments([JSONValue.array(ids.map { .string($0) }).text] + patterns)
            )
        }
        if let region = filter.region { add("f.region = ?", [region]) }
        if let severities = filter.severities {
            let codes = severities.map { String($0.rawValue) }.sorted().joined(separator: ", ")
            add(codes.isEmpty ? "FALSE" : "f.severity IN (\(codes))", [])
        }
        if let date = filter.seenAfter { add("f.last_seen_at >= ?", [date.stored]) }
        if let date = filter.seenBefore { add("f.last_seen_at < ?", [date.stored]) }
        if let status = filter.status { add("f.status = ?", [status.rawValue]) }
        if let kind = filter.kind { add("f.kind = ?", [kind.rawValue]) }
        if let disposition = filter.disposition { add("f.disposition = ?", [disposition]) }
        switch filter.fate {
        case nil: break
        case .suppressed?, .unrouted?: add("f.disposition = ?", [filter.fate?.rawValue])
        case let fate?: add("f.disposition = 'routed' AND \(StandingRows.fate) = ?", [fate.rawValue])
        }
        if let rule = filter.rule { add(wasMatched, [filter.seenAfter?.stored ?? 0, rule]) }
        if let destination = filter.destination { add(wasRouted, [destination]) }
        if let product = filter.product { add(isOfProduct, [product]) }
        if let text = filter.text { add("contains_folded(f.title, ?)", [text]) }
        for excluded in filter.without {
            let (sql, values) = condition(excluded)
            // What is unknown of a finding does not leave it out.
            add("(\(sql)) IS NOT TRUE", values)
        }
        return (terms.isEmpty ? "TRUE" : terms.joined(separator: " AND "), arguments)
    }
}
