import HTTPSurface
import Routing

/// The lines of a condition, with what stands inside of them.
struct ConditionFormView {
    var form: ConditionForm
    /// Of the names of its fields.
    var prefix: String
    var mistakes: [FormMistake]
    var suggestions = RuleSuggestions()
    var depth = 0

    private static let fields = ["severity"] + Condition.Field.allCases.map(\.rawValue)

    var html: HTML {
        let lines: [HTML] = form.lines.enumerated().map { line("\(prefix).\($0)", $1, $0 + 1) }
        let empty: HTML =
            form.lines.isEmpty ? #"<p class="hint empty-line">Nothing is asked for: every finding fits.</p>"# : ""
        return "\(lines)\(empty)\(buttons)"
    }

    private var buttons: HTML {
        let plus: HTML = .icon(.plus)
        let deeper: HTML =
            depth < ConditionForm.deepest - 5
            ? """
            \(.act(FormAct(.add(.not), prefix), "\(plus)Not…"))\(.act(FormAct(.add(.any), prefix), "\(plus)Any of…"))
            """ : ""
        return """
            <div class="row wrap">\(.act(FormAct(.add(.field), prefix), "\(plus)Condition", "")) \(deeper)\
            \(.act(FormAct(.add(.pattern), prefix), "\(plus)Event pattern…"))</div>
            """
    }

    private func line(_ name: String, _ line: ConditionForm.Line, _ number: Int) -> HTML {
        let kind: HTML = .hiddenField("\(name).k", line.kind.rawValue)
        switch line {
        case .field(let field): return kind + fieldLine(name, field, number) + faults(name, ["f", "c", "v"])
        case .pattern(let text):
            return """
                \(kind)<div class="nest"><div class="row between"><b>Event pattern</b>\(.removal(of: name, "the event pattern"))\
                </div>\(.area("\(name).v", label: "Event pattern, JSON", text, rows: ConditionFormView.rows(text)))\
                <p class="hint">As in EventBridge; compared with the event as it was received.</p>\(faults(name, ["v"]))</div>
                """
        case .not(let condition):
            return """
                \(kind)<fieldset class="nest"><legend class="row between"><span>Not: what all of these say</span>\
                \(.removal(of: name, "Not"))</legend><div>\(inside(condition, "\(name).n"))</div></fieldset>\(faults(name, [""]))
                """
        case .any(let branches):
            let shown: [HTML] = branches.enumerated().map { place, branch in
                let prefix = "\(name).b.\(place)"
                return """
                    \(.hiddenField("\(prefix).k", "1"))<fieldset class="nest"><legend class="row between">\
                    <span>\(place == 0 ? "Either" : "or")</span>\(.removal(of: prefix, "branch \(place + 1)"))</legend>\
                    <div>\(inside(branch, prefix))</div></fieldset>
                    """
            }
            return """
                \(kind)<fieldset class="nest"><legend class="row between"><span>Any of</span>\(.removal(of: name, "Any of"))\
                </legend><div>\(shown)\(.act(FormAct(.addBranch, name), "\(.icon(.plus))Or…"))</div></fieldset>\(faults(name, [""]))
                """
        }
    }

    private func inside(_ condition: ConditionForm, _ prefix: String) -> HTML {
        ConditionFormView(
            form: condition,
            prefix: prefix,
            mistakes: mistakes,
            suggestions: suggestions,
            depth: depth + 1
        ).html
    }

    private func fieldLine(_ name: String, _ line: ConditionForm.FieldLine, _ number: Int) -> HTML {
        let comparisons = ConditionForm.Comparison.allCases.map { ($0.rawValue, $0.words) }
        let offered = suggestions.offered(for: line.field, in: name, holding: line.values)
        let list: HTML = line.isList ? .hiddenField("\(name).l", "1") : ""
        return """
            <div class="cond-row">\(.select("\(name).f", label: "Field \(number)", ConditionFormView.fields.map { ($0, $0) }, line.field))\
            \(.select("\(name).c", label: "How field \(number) is compared", comparisons, line.comparison.rawValue))\
            <div class="tokens">\(.box("\(name).v", label: "Values of field \(number), apart by commas", line.values, hint: example(line.field), list: offered.id))\
            \(offered.list)</div>\(.removal(of: name, "condition \(number), on \(line.field)"))\(list)</div>
            """
    }

    private func example(_ field: String) -> String {
        switch field {
        case "severity": "high, critical"
        case "account": "111122223333, 4444*, @group"
        case "region": "eu-*"
        case "product": "GuardDuty"
        case "tag": "env=prod"
        default: "values, apart by commas; * stands for anything"
        }
    }

    private func faults(_ name: String, _ ends: [String]) -> HTML {
        let own = mistakes.filter { mistake in ends.contains { mistake.field == ($0.isEmpty ? name : "\(name).\($0)") }
        }
        return "\(own.map { #"<p class="err s">\#($0.text)</p>"# as HTML })"
    }

    static func rows(_ text: String) -> Int {
        min(40, max(3, text.count { $0 == "\n" } + 2))
    }
}
