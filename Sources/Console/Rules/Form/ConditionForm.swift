/// A condition as lines of a form, all of which must hold.
struct ConditionForm: Sendable, Hashable {
    var lines: [Line] = []

    indirect enum Line: Sendable, Hashable {
        case field(FieldLine)
        /// An event pattern, as JSON text.
        case pattern(String)
        case not(ConditionForm)
        case any([ConditionForm])
    }

    /// One field, how it is compared, and with what.
    struct FieldLine: Sendable, Hashable {
        /// As in routes.json.
        var field: String
        var comparison: Comparison = .any
        /// As ``ListText`` writes it.
        var values = ""
        /// Whether one value alone is written as a list.
        var isList = false
    }

    enum Comparison: String, Sendable, Hashable, CaseIterable {
        case any, none
        /// For severities.
        case least, most, above, below
        /// As it stands in routes.json: with `!` before what is excluded, and `>=` and the like before severities.
        case written

        var words: String {
            switch self {
            case .any: "is any of"
            case .none: "is none of"
            case .least: "is at least"
            case .most: "is at most"
            case .above: "is above"
            case .below: "is below"
            case .written: "as in the file"
            }
        }

        /// What stands before each value in routes.json.
        var sign: String {
            switch self {
            case .any, .written: ""
            case .none: "!"
            case .least: ">="
            case .most: "<="
            case .above: ">"
            case .below: "<"
            }
        }

        var isForSeverity: Bool { self != .none }
        var isForOthers: Bool { self == .any || self == .none || self == .written }
    }

    /// The lines of an empty form of these kinds.
    enum NewLine: String, Sendable, Hashable, CaseIterable {
        case field, not, any, pattern

        var line: Line {
            switch self {
            case .field: .field(FieldLine(field: "severity"))
            case .not: .not(ConditionForm(lines: [NewLine.field.line]))
            case .any: .any([ConditionForm(lines: [NewLine.field.line]), ConditionForm(lines: [NewLine.field.line])])
            case .pattern: .pattern("{\"source\": [\"aws.securityhub\"]}")
            }
        }
    }
}
