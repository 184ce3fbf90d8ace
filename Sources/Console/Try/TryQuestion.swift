import Findings
import FoundationEssentials
import Routing

/// What somebody asks on the page Try it.
struct TryQuestion: Sendable, Hashable {
    enum Shape: String, Sendable, Hashable, CaseIterable {
        case finding, event, fields

        var words: String {
            switch self {
            case .finding: "Recent finding"
            case .event: "Paste an event"
            case .fields: "By fields"
            }
        }
    }

    /// Under which rules.
    enum Rules: String, Sendable, Hashable, CaseIterable {
        /// Those in force.
        case active
        /// The draft of whoever asks.
        case draft
        /// Those in force, and the draft beside them.
        case both
        /// An earlier version.
        case version
    }

    /// The fields that have a row of their own.
    static let rows = ["account", "region", "product", "type", "control", "resourceType", "resource", "title", "tag"]
    private static let lists: Set<String> = ["type", "control", "resourceType", "resource", "tag"]

    var shape = Shape.finding
    /// Id or key of a stored finding.
    var finding = ""
    /// As it was pasted.
    var event = ""
    /// What was typed into the rows.
    var values: [String: String] = [:]
    /// All fields as one object, which counts in the place of the rows: how examples are handed over.
    var fields = ""
    /// When it is taken to come; empty for now.
    var moment = ""
    var rules = Rules.active
    /// The number of a version of the rules, where one is asked.
    var version = ""
    /// As if it had this severity; `nil` for its own, which fields have among them.
    var severity: Severity?

    init(_ value: (String) -> String?) {
        finding = value("finding") ?? ""
        event = value("event") ?? ""
        fields = value("fields") ?? ""
        for name in TryQuestion.rows + ["severity"] { values[name] = value(name).flatMap { $0.isEmpty ? nil : $0 } }
        moment = value("at") ?? ""
        version = value("version") ?? ""
        rules = value("by").flatMap(Rules.init) ?? (version.isEmpty ? .active : .version)
        // Somebody who types a number means it.
        if rules == .active, version.isEmpty == false { rules = .version }
        shape =
            value("as").flatMap(Shape.init)
            ?? (fields.isEmpty && values.isEmpty ? event.isEmpty ? .finding : .event : .fields)
        if shape != .fields { severity = value("supposed").flatMap { Severity(label: $0) } }
    }

    /// Whether there is anything to ask about.
    var isAsked: Bool {
        switch shape {
        case .finding: finding.isEmpty == false
        case .event: event.isEmpty == false
        case .fields: fields.isEmpty == false || values.isEmpty == false
        }
    }

    /// The fields as JSON text.
    var fieldsText: String {
        guard fields.isEmpty else { return fields }
        return JSONValue.object(
            (["severity"] + TryQuestion.rows).compactMap { name in
                guard let text = values[name] else { return nil }
                guard TryQuestion.lists.contains(name) else { return JSONValue.Member(name, .string(text)) }
                let words = text.split(separator: ",").map { String($0.drop { $0 == " " }) }
                return JSONValue.Member(name, .array(words.map { .string($0) }))
            }
        ).text
    }
}
