import Findings
import Routing

/// Something in a form of which no rule can be made, and where.
struct FormMistake: Sendable, Hashable {
    /// The name of the field.
    var field: String
    var text: String
}

extension ConditionForm {
    /// `nil` when there is something in it that the form cannot show.
    ///
    /// - Parameter json: A `when`, or a condition inside `not` or `any`.
    init?(_ json: JSON) {
        guard json.kind == .object else { return nil }
        for member in json.members {
            switch member.key {
            case "pattern": lines.append(.pattern(FormText.json(member.value)))
            case "not":
                guard let condition = ConditionForm(member.value) else { return nil }
                lines.append(.not(condition))
            case "any":
                guard member.value.kind == .array else { return nil }
                let branches = member.value.elements.map { ConditionForm($0) }
                guard branches.allSatisfy({ $0 != nil }) else { return nil }
                lines.append(.any(branches.compactMap(\.self)))
            default:
                guard let some = FieldLine.lines(member.key, member.value) else { return nil }
                lines += some.map { .field($0) }
            }
        }
    }

    /// The condition for routes.json; lines without a value are left out.
    ///
    /// - Parameters:
    ///   - prefix: Of the names of the fields.
    ///   - mistakes: What no condition can be made of.
    /// - Returns: An object.
    func json(_ prefix: String, _ mistakes: inout [FormMistake]) -> JSONValue {
        var members: [JSONValue.Member] = []
        for (place, line) in lines.enumerated() {
            let name = "\(prefix).\(place)"
            let member: JSONValue.Member?
            switch line {
            case .field(let line):
                let earlier = members.contains { $0.key == line.field }
                member = line.json(among: fieldLines, isFirst: earlier == false, name, &mistakes)
            case .pattern(let text): member = ConditionForm.pattern(text, name, &mistakes)
            case .not(let condition): member = JSONValue.Member("not", condition.json("\(name).n", &mistakes))
            case .any(let branches):
                let values = branches.enumerated().map { $1.json("\(name).b.\($0)", &mistakes) }
                member = branches.isEmpty ? nil : JSONValue.Member("any", .array(values))
            }
            guard let member else { continue }
            if members.contains(where: { $0.key == member.key }) {
                let advice =
                    "A condition has one “\(member.key)”: put the second into “Any of” or “Not”, or both into one."
                if fieldLines.contains(where: { $0.field == member.key }) == false {
                    mistakes.append(FormMistake(field: name, text: advice))
                }
                continue
            }
            members.append(member)
        }
        let isFaulty = mistakes.contains { $0.field.hasPrefix("\(prefix).") }
        if members.isEmpty, lines.isEmpty == false, isFaulty == false {
            let text = "Nothing is filled in, so every finding would fit: say what is asked for, or take the line away."
            mistakes.append(FormMistake(field: "\(prefix).0.v", text: text))
        }
        return .object(members)
    }

    private var fieldLines: [FieldLine] {
        lines.compactMap { line in
            guard case .field(let field) = line else { return nil }
            return field
        }
    }

    private static func pattern(_ text: String, _ name: String, _ mistakes: inout [FormMistake]) -> JSONValue.Member? {
        guard text.allSatisfy(\.isWhitespace) == false else { return nil }
        do throws(JSONSyntaxError) {
            return JSONValue.Member("pattern", try JSONDocument.parse(Array(text.utf8)).value)
        } catch {
            let position = TextPosition(offset: error.offset, in: Array(text.utf8))
            let place = "line \(position.line), column \(position.column)"
            mistakes.append(
                FormMistake(field: "\(name).v", text: "The pattern is not JSON: \(place): \(error.reason).")
            )
            return nil
        }
    }
}

extension ConditionForm.FieldLine {
    /// The lines that say what a member says; `nil` when none can.
    static func lines(_ field: String, _ json: JSON) -> [Self]? {
        let isList = json.kind == .array
        let words = isList ? json.elements.compactMap(\.string) : [json.string].compactMap(\.self)
        guard words.isEmpty == false, words.count == (isList ? json.elements.count : 1) else { return nil }
        func line(_ comparison: ConditionForm.Comparison, _ values: [String]) -> Self {
            Self(field: field, comparison: comparison, values: ListText.text(values), isList: isList)
        }
        if field == "severity" {
            let comparison = ConditionForm.Comparison.of(severities: words)
            return [line(comparison, words.map { String($0.dropFirst(comparison.sign.count)) })]
        }
        guard Condition.Field(rawValue: field) != nil else { return nil }
        let globs = GlobSet(words: words)
        guard words == globs.wanted + globs.excluded.map({ "!\($0)" }) else { return [line(.written, words)] }
        return [
            globs.wanted.isEmpty ? nil : line(.any, globs.wanted),
            globs.excluded.isEmpty ? nil : line(.none, globs.excluded),
        ].compactMap(\.self)
    }

    /// The member that this line and the others about its field make together; `nil` when they hold no value.
    fileprivate func json(among lines: [Self], isFirst: Bool, _ name: String, _ mistakes: inout [FormMistake])
        -> JSONValue.Member?
    {
        let values = ListText.values(values)
        if values.isEmpty == false,
            field == "severity" ? comparison.isForSeverity == false : comparison.isForOthers == false
        {
            let text =
                field == "severity"
                ? "Severities that are not to be: put the line into “Not”."
                : "Only a severity \(comparison.words) another."
            mistakes.append(FormMistake(field: "\(name).c", text: text))
        }
        let own = lines.filter { $0.field == field && ListText.values($0.values).isEmpty == false }
        let comparisons = own.map(\.comparison)
        let isPair = own.count == 2 && field != "severity" && comparisons.count(where: { $0 == .none }) == 1
        if isFirst == false, values.isEmpty == false, isPair == false {
            let text = "There are two lines for \(field). Put them into one, or one of them into “Any of” or “Not”."
            mistakes.append(FormMistake(field: "\(name).f", text: text))
        }
        let words = own.flatMap { line in ListText.values(line.values).map { line.comparison.sign + $0 } }
        guard let first = words.first else { return nil }
        let isList = words.count > 1 || own.contains(where: \.isList)
        return JSONValue.Member(field, isList ? .array(words.map { .string($0) }) : .string(first))
    }
}

extension ConditionForm.Comparison {
    /// How severities are compared when all are compared alike; a single one may be compared in any way.
    fileprivate static func of(severities words: [String]) -> Self {
        let signed: [Self] = [.least, .most, .above, .below]
        if words.allSatisfy({ Severity(label: $0) != nil }) { return .any }
        let comparison = signed.first { comparison in
            words.count == 1 && words[0].hasPrefix(comparison.sign)
                && Severity(label: String(words[0].dropFirst(comparison.sign.count))) != nil
        }
        return comparison ?? .written
    }
}
