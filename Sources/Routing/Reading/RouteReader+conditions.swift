import Findings

extension RouteReader {
    /// How deep `not` and `any` may stand inside one another.
    static let deepestCondition = 16

    static let conditionKeys =
        ["severity"] + Condition.Field.allCases.map(\.rawValue) + ["pattern", "not", "any"]

    /// Reads a `when`, or a condition inside `not` or `any`.
    mutating func condition(_ node: Node, _ names: Names, depth: Int = 0) -> Condition? {
        guard depth <= RouteReader.deepestCondition else {
            error(node, "more than \(RouteReader.deepestCondition) conditions inside one another")
            return nil
        }
        guard let fields = fields(of: node, "a condition", keys: RouteReader.conditionKeys) else { return nil }
        var tests: [Condition.Test] = []
        for (key, value) in fields.entries {
            switch key {
            case "severity": if let test = severityTest(value) { tests.append(test) }
            case "pattern": if let pattern = pattern(value) { tests.append(.pattern(pattern)) }
            case "not":
                if let inner = condition(value, names, depth: depth + 1) { tests.append(.not(inner)) }
            case "any":
                let branches = list(value, "\"any\"", of: "conditions") ?? []
                tests.append(.any(branches.compactMap { condition($0, names, depth: depth + 1) }))
            default:
                guard let field = Condition.Field(rawValue: key) else { continue }
                tests.append(.field(field, globs(field, value, names)))
            }
        }
        return Condition(tests: tests)
    }

    private mutating func pattern(_ node: Node) -> WrittenPattern? {
        do throws(EventPatternError) {
            return try WrittenPattern(node.json)
        } catch {
            let subject = error.path.isEmpty ? "\"pattern\"" : "\"pattern\", field \(RouteReader.quoted(error.path))"
            note(
                .error,
                at: error.offset,
                node.pointer + error.pointer,
                "\(subject): \(EscapedText.visible(EscapedText.oneLine(error.reason), limit: 400))",
                suggestion: error.suggestion
            )
            return nil
        }
    }

    private mutating func globs(_ field: Condition.Field, _ node: Node, _ names: Names) -> GlobSet {
        if field == .account, node.json.kind == .number {
            _ = accountString(node, "\"account\"")
            return GlobSet(words: [])
        }
        if field == .account, node.json.kind == .array {
            let elements = list(node, "\"account\"", of: "account ids and groups") ?? []
            return GlobSet(
                words: elements.compactMap { element in
                    guard let word = accountString(element, "each of \"account\"") else { return nil }
                    return accountWord(word, element, names) ? word : nil
                }
            )
        }
        return GlobSet(
            words: words(node, "\"\(field.rawValue)\"").compactMap { word, pointer in
                guard word != "!" else {
                    error(pointer, "\"!\" excludes what follows it, and nothing follows")
                    return nil
                }
                guard field != .account || accountWord(word, pointer, names) else { return nil }
                if field == .region, word != word.lowercased() {
                    warning(
                        pointer,
                        "Regions are written in lower case; \(RouteReader.quoted(word)) matches none of them"
                    )
                }
                return word
            }
        )
    }

    /// Checks an account id with `*`, or `@group`, either after `!`.
    private mutating func accountWord(_ word: String, _ node: Node, _ names: Names) -> Bool {
        let text = word.hasPrefix("!") ? String(word.dropFirst()) : word
        guard text.isEmpty == false else {
            error(node, "\"!\" excludes what follows it, and nothing follows")
            return false
        }
        guard text.hasPrefix("@") else { return accountGlob(text, node, groups: names.groups) }
        let name = String(text.dropFirst())
        guard names.hasGroup(name) else {
            let suggestion = NearestWord.ofName(name, among: names.groups).map { "@\($0)" }
            let known = names.groups.isEmpty ? "; \"accounts\" defines none" : ""
            error(
                node,
                "there is no account group \(RouteReader.quoted(name))\(suggestion == nil ? known : "")",
                suggestion: suggestion
            )
            return false
        }
        return true
    }

    mutating func severityTest(_ node: Node) -> Condition.Test? {
        var accepted: Set<Severity> = []
        var written: [String] = []
        for (word, pointer) in words(node, "\"severity\"") {
            guard let some = severities(word, pointer) else { continue }
            accepted.formUnion(some)
            written.append(word)
        }
        guard written.isEmpty == false else { return nil }
        if accepted.isEmpty { warning(node, "no severity is \(written.joined(separator: " or "))") }
        return .severity(accepted, words: written)
    }

    /// The severities that a label, or `>=`, `<=`, `>`, `<` and a label, stand for.
    private mutating func severities(_ word: String, _ node: Node) -> Set<Severity>? {
        let comparison = [">=", "<=", ">", "<"].first { word.hasPrefix($0) } ?? ""
        let label = word.dropFirst(comparison.count).drop { $0 == " " }
        guard let bound = Severity(label: String(label)) else {
            let labels = Severity.allCases.map(\.label)
            error(
                node,
                "a severity must be \(RouteReader.oneOf(labels)), alone or after >=, <=, > or <, "
                    + "found \(RouteReader.quoted(word))",
                suggestion: nearest(String(label), among: labels).map { "\(comparison)\($0)" }
            )
            return nil
        }
        return Set(
            Severity.allCases.filter { severity in
                switch comparison {
                case ">=": severity >= bound
                case "<=": severity <= bound
                case ">": severity > bound
                case "<": severity < bound
                default: severity == bound
                }
            }
        )
    }
}
