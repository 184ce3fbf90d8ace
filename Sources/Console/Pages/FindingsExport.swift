import Findings
import FoundationEssentials
import Operations
import Store

/// Findings as a file, line by line.
struct FindingsExport {
    enum Form: String, CaseIterable {
        case csv, ndjson

        var type: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .ndjson: "application/x-ndjson"
            }
        }
    }

    /// Findings that one file holds.
    static let most = 100_000

    var form: Form

    private static let columns = [
        "id", "severity", "status", "title", "account", "accountName", "region", "product", "kind", "resource",
        "firstSeenAt", "lastSeenAt", "observations", "fate", "told", "notTold", "url",
    ]

    /// What stands above the findings.
    var head: String {
        switch form {
        case .csv: FindingsExport.line(FindingsExport.columns)
        case .ndjson: ""
        }
    }

    /// What stands below them where more would fit the filter.
    var cut: String {
        let words = "cut after \(FindingsExport.most) findings; a narrower filter gives the others"
        switch form {
        case .csv: return FindingsExport.line([words])
        case .ndjson:
            let note: JSONValue = ["note": .string(words)]
            return note.text + "\n"
        }
    }

    func line(_ listed: ListedFinding) -> String {
        let values = values(listed)
        switch form {
        case .csv: return FindingsExport.line(values.map { $0 ?? "" })
        case .ndjson:
            let members = zip(FindingsExport.columns, values).map { name, value in
                JSONValue.Member(name, JSONValue(value))
            }
            return JSONValue.object(members).text + "\n"
        }
    }

    private func values(_ listed: ListedFinding) -> [String?] {
        let (record, finding) = (listed.record, listed.record.finding)
        func names(_ isMeant: (AlertStanding) -> Bool) -> String {
            listed.standings.filter(isMeant).map(\.destination).joined(separator: " ")
        }
        return [
            record.id, finding.severity.label, finding.status.rawValue, finding.title, finding.account,
            finding.accountName, finding.region, finding.product, finding.kind.rawValue, finding.resources.first?.id,
            record.firstSeenAt.iso8601, record.lastSeenAt.iso8601, String(record.observations), listed.fate.rawValue,
            names { $0.state == .told }, names { $0.state != .told }, finding.url,
        ]
    }

    /// A line of CSV (RFC 4180), with every field in quotes.
    ///
    /// An apostrophe goes before what a spreadsheet would take for a formula (OWASP, "CSV Injection").
    static func line(_ fields: [String]) -> String {
        fields.map { field in
            let isFormula = field.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
            return "\"" + (isFormula ? "'" : "") + field.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }
}
