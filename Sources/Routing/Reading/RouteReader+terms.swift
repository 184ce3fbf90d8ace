import Findings

/// On what terms a rule or the fallback sends.
extension RouteReader {
    /// The keys that rules and the fallback share.
    static let termKeys = ["notify", "group", "mute", "digest"]

    /// Reads the terms; `unless` is a rule's alone, and nothing where the key is not allowed.
    mutating func terms(_ fields: Fields, _ names: Names) -> Rule.Terms {
        let notify = notify(fields["notify"])
        return Rule.Terms(
            notify: notify ?? Transition.announcedByDefault,
            updatesOfEveryKind: notify?.contains(.updated) ?? false,
            group: fields["group"].flatMap { group($0) },
            mutes: mutes(fields["mute"], names.windows),
            unless: fields["unless"].flatMap { inhibition($0, names) },
            digest: digest(fields["digest"])
        )
    }

    mutating func fallback(_ node: Node?, _ names: Names) -> RouteDocument.Fallback? {
        let keys = ["send", "description"] + RouteReader.termKeys
        guard let node, let fields = fields(of: node, "\"fallback\"", keys: keys, required: ["send"]) else {
            return nil
        }
        _ = string(fields["description"], "\"description\"")
        let send = fields["send"].map { sendList($0, names) } ?? []
        return RouteDocument.Fallback(send: send, terms: terms(fields, names))
    }

    /// The fields alerts can be grouped by.
    static let groupFields = ["severity"] + Condition.Field.allCases.map(\.rawValue)

    private mutating func group(_ node: Node) -> Rule.Group? {
        let keys = ["by", "wait", "interval", "repeat"]
        guard let fields = fields(of: node, "\"group\"", keys: keys, required: ["by"]) else { return nil }
        let (by, isEach) = groupedBy(fields["by"])
        let wait = duration(fields["wait"], "\"wait\"", in: .zero ... .seconds(86_400))
        let interval = duration(fields["interval"], "\"interval\"", in: .seconds(1) ... .seconds(7 * 86_400))
        let reminder = duration(fields["repeat"], "\"repeat\"", in: .seconds(60) ... .seconds(30 * 86_400))
        return Rule.Group(
            by: by,
            isEach: isEach,
            wait: wait ?? .seconds(30),
            interval: interval ?? .seconds(300),
            repeat: reminder
        )
    }

    /// Reads `by`: fields, none for one group of everything, or `"all"` for every alert by itself.
    private mutating func groupedBy(_ node: Node?) -> (fields: [String], isEach: Bool) {
        guard let node else { return ([], false) }
        if node.json.string == "all" { return ([], true) }
        guard node.json.kind == .array else {
            error(
                node,
                "\"by\" must be a list of field names or \"all\", found \(RouteReader.found(node.json))",
                suggestion: node.json.string.flatMap { nearest($0, among: ["all"]) }
            )
            return ([], false)
        }
        return (fieldNames(node.elements, "each of \"by\""), false)
    }

    private mutating func fieldNames(_ elements: [Node], _ what: String) -> [String] {
        var names: [String] = []
        for element in elements {
            guard let name = string(element, what, expected: "the name of a field") else { continue }
            guard RouteReader.groupFields.contains(name) else {
                unknownWord(element, name, what, RouteReader.groupFields)
                continue
            }
            if names.contains(name) { error(element, "\(name) is named twice") }
            names.append(name)
        }
        return names
    }

    private enum Missing: String, CaseIterable {
        case differ, equal
    }

    private mutating func inhibition(_ node: Node, _ names: Names) -> Inhibition? {
        let keys = ["when", "equal", "missing"]
        guard let fields = fields(of: node, "\"unless\"", keys: keys, required: ["equal"]) else { return nil }
        let when = fields["when"].flatMap { condition($0, names) }
        let equal = list(fields["equal"], "\"equal\"", of: "field names").map { fieldNames($0, "each of \"equal\"") }
        let missing: Missing? = word(fields["missing"], "\"missing\"")
        return equal.map {
            Inhibition(when: when ?? Condition(tests: []), equal: $0, missingIsEqual: missing == .equal)
        }
    }
}
