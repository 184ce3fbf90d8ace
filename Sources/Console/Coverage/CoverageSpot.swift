import Findings
import HTTPSurface
import Routing

/// One example of a ``Coverage``: that of a cell, or of a rule that treats some of the cell's findings otherwise.
///
/// Examples are long, and a page has hundreds: its links say where an example stands, and not the example.
struct CoverageSpot: Sendable, Hashable {
    /// Whether it is of a draft beside the rules in force.
    var isDraft: Bool
    var group: String?
    var isEveryGroup = false
    var region: String?
    var name: Coverage.Name?
    var severity: Severity
    /// The rule that treats some findings otherwise; `nil` for the cell's own example.
    var rule: String?

    init(_ row: Coverage.Row, _ severity: Severity, isDraft: Bool) {
        self.isDraft = isDraft
        group = row.group
        isEveryGroup = row.isEveryGroup
        region = row.region
        name = row.name
        self.severity = severity
    }

    /// Reads what ``path`` says; `nil` when it says something else.
    init?(_ query: [String: String]) {
        guard let severity = Severity.allCases.first(where: { $0.label == query["severity"] }) else { return nil }
        isDraft = query["set"] == "draft"
        group = query["group"]
        isEveryGroup = query["every"] == "1"
        region = query["region"]
        if let field = query["field"].flatMap(Condition.Field.init), let word = query["word"] {
            name = Coverage.Name(field: field, word: word)
        }
        self.severity = severity
        rule = query["rule"]
    }

    var path: String {
        let parts: [(String, String?)] = [
            ("severity", severity.label), ("group", group), ("every", isEveryGroup ? "1" : nil), ("region", region),
            ("field", name?.field.rawValue), ("word", name?.word), ("rule", rule), ("set", isDraft ? "draft" : nil),
        ]
        let query = parts.compactMap { key, value in value.map { "\(key)=\($0.percentEncoded)" } }
        return "/coverage/example?\(query.joined(separator: "&"))"
    }

    /// The finding that was decided there, as JSON; `nil` when there is none.
    func example(in coverage: Coverage) -> String? {
        let row = (coverage.rows + coverage.named).first { row in
            row.group == group && row.isEveryGroup == isEveryGroup && row.region == region && row.name == name
        }
        guard let row, let cell = zip(Coverage.severities, row.cells).first(where: { $0.0 == severity })?.1 else {
            return nil
        }
        guard let rule else { return cell.example }
        return cell.exceptions.first { $0.rule == rule }?.witness
    }
}
