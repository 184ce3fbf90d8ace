/// A condition in the fields of a form: each line under a name of its own, what stands inside under its name.
extension ConditionForm {
    init(_ fields: FormFields, _ prefix: String, depth: Int = 0) {
        // Deeper than any rule may be; what is posted may be anything.
        guard depth <= ConditionForm.deepest else { return }
        for place in 0... {
            let name = "\(prefix).\(place)"
            guard let kind = fields["\(name).k"] else { break }
            let text = fields["\(name).v"] ?? ""
            switch NewLine(rawValue: kind) {
            case .field:
                lines.append(
                    .field(
                        FieldLine(
                            field: fields["\(name).f"] ?? "severity",
                            comparison: fields["\(name).c"].flatMap(Comparison.init) ?? .any,
                            values: text,
                            isList: fields["\(name).l"] != nil
                        )
                    )
                )
            case .pattern: lines.append(.pattern(FormText.lines(text)))
            case .not: lines.append(.not(ConditionForm(fields, "\(name).n", depth: depth + 1)))
            case .any:
                var branches: [ConditionForm] = []
                while fields["\(name).b.\(branches.count).k"] != nil {
                    branches.append(ConditionForm(fields, "\(name).b.\(branches.count)", depth: depth + 1))
                }
                lines.append(.any(branches))
            case nil: break
            }
        }
    }

    static let deepest = 20

    /// What a browser would send of the form as it is shown.
    func write(_ prefix: String, to fields: inout FormFields) {
        for (place, line) in lines.enumerated() {
            let name = "\(prefix).\(place)"
            fields.append("\(name).k", line.kind.rawValue)
            switch line {
            case .field(let line):
                fields.append("\(name).f", line.field)
                fields.append("\(name).c", line.comparison.rawValue)
                fields.append("\(name).v", line.values)
                if line.isList { fields.append("\(name).l", "1") }
            case .pattern(let text): fields.append("\(name).v", text)
            case .not(let condition): condition.write("\(name).n", to: &fields)
            case .any(let branches):
                for (place, branch) in branches.enumerated() {
                    fields.append("\(name).b.\(place).k", "1")
                    branch.write("\(name).b.\(place)", to: &fields)
                }
            }
        }
    }

    /// Adds a line, adds a branch to an `any`, or takes one of them away.
    ///
    /// - Parameters:
    ///   - act: What a button says.
    ///   - prefix: Of the names of this condition's fields.
    mutating func perform(_ act: FormAct, _ prefix: String) {
        if act.target == prefix, case .add(let new) = act.deed {
            lines.append(new == .field ? .field(FieldLine(field: nextField)) : new.line)
        }
        for place in lines.indices.reversed() {
            let name = "\(prefix).\(place)"
            if act.target == name, act.deed == .remove {
                lines.remove(at: place)
                continue
            }
            switch lines[place] {
            case .field, .pattern: break
            case .not(var condition):
                condition.perform(act, "\(name).n")
                lines[place] = .not(condition)
            case .any(var branches):
                if act.target == name, act.deed == .addBranch {
                    branches.append(ConditionForm(lines: [NewLine.field.line]))
                }
                for branch in branches.indices.reversed() {
                    if act.target == "\(name).b.\(branch)", act.deed == .remove {
                        branches.remove(at: branch)
                    } else {
                        branches[branch].perform(act, "\(name).b.\(branch)")
                    }
                }
                lines[place] = .any(branches)
            }
        }
    }
}

extension ConditionForm {
    /// What is mostly asked for beside what is asked for already.
    private var nextField: String {
        let asked = lines.compactMap { line in if case .field(let line) = line { line.field } else { nil } }
        return ["severity", "account", "region", "product", "type"].first { asked.contains($0) == false } ?? "severity"
    }
}

extension ConditionForm.Line {
    var kind: ConditionForm.NewLine {
        switch self {
        case .field: .field
        case .pattern: .pattern
        case .not: .not
        case .any: .any
        }
    }
}

/// What a button inside of a form asks for: the form again with a line more or less.
struct FormAct: Sendable, Hashable {
    enum Deed: Sendable, Hashable {
        case add(ConditionForm.NewLine)
        case addBranch
        case addPart
        case remove
    }

    var deed: Deed
    /// The name of what is added to or taken away.
    var target: String

    init(_ deed: Deed, _ target: String) {
        self.deed = deed
        self.target = target
    }

    /// - Parameter text: The value of a button; `nil` when it is none of these.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return nil }
        switch words[0] {
        case "remove": deed = .remove
        case "branch": deed = .addBranch
        case "part": deed = .addPart
        default:
            guard let new = ConditionForm.NewLine(rawValue: words[0]) else { return nil }
            deed = .add(new)
        }
        target = words[1]
    }

    var text: String {
        switch deed {
        case .add(let new): "\(new.rawValue) \(target)"
        case .addBranch: "branch \(target)"
        case .addPart: "part \(target)"
        case .remove: "remove \(target)"
        }
    }
}
