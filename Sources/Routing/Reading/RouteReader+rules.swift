import Findings

extension RouteReader {
    /// A rule beside where it stands.
    struct PlacedRule {
        var rule: Rule
        var node: Node
    }

    private static let ruleKeys =
        ["name", "enabled", "description", "when", "send", "stop", "suppress"] + termKeys + ["unless"]

    mutating func rules(_ node: Node?, _ names: Names) -> [PlacedRule] {
        guard let node else { return [] }
        guard node.json.kind == .array else {
            error(node, "\"rules\" must be a list of rules, found \(RouteReader.found(node.json))")
            return []
        }
        var firstLines: [String: Int] = [:]
        var placed: [PlacedRule] = []
        for element in node.elements {
            guard let rule = rule(element, names, &firstLines) else { continue }
            placed.append(PlacedRule(rule: rule, node: element))
        }
        return placed
    }

    private mutating func rule(_ node: Node, _ names: Names, _ firstLines: inout [String: Int]) -> Rule? {
        guard
            let fields = fields(of: node, "a rule", keys: RouteReader.ruleKeys, required: ["name"])
        else { return nil }
        let name = ruleName(fields["name"], &firstLines)
        let description = string(fields["description"], "\"description\"")
        if fields["when"] == nil, node.json["when"] == nil {
            error(node, "a rule needs the key \"when\"; a rule for every finding says \"when\": {}")
        }
        let isEnabled = bool(fields["enabled"], "\"enabled\"") ?? true
        let condition = fields["when"].flatMap { self.condition($0, names) }
        let send = fields["send"].map { sendList($0, names) }
        let suppress = plainText(fields["suppress"], "\"suppress\"")
        let stop = bool(fields["stop"], "\"stop\"") ?? false
        let terms = terms(fields, names)
        switch (fields["send"], fields["suppress"]) {
        case (nil, nil): error(node, "a rule needs \"send\" or \"suppress\": where findings go, or why they go nowhere")
        case (_?, let suppress?): error(suppress, "a rule has \"send\" or \"suppress\", not both")
        case (nil, _?):
            for key in RouteReader.termKeys + ["unless"] {
                if let node = fields[key] { error(node, "\"\(key)\" means nothing in a rule that suppresses") }
            }
            if let node = fields["stop"], stop == false {
                error(node, "a rule that suppresses always stops")
            }
        case (_?, nil): break
        }
        guard let name, let condition else { return nil }
        return Rule(
            name: name,
            description: description,
            when: condition,
            send: send ?? [],
            suppress: suppress,
            stop: stop || suppress != nil,
            terms: terms,
            isEnabled: isEnabled
        )
    }

    private mutating func ruleName(_ node: Node?, _ firstLines: inout [String: Int]) -> String? {
        guard let node, let name = string(node, "\"name\""), isName(name, at: node, "the name of a rule") else {
            return nil
        }
        guard name != RouteDocument.Fallback.name else {
            error(node, "the name \"fallback\" is taken by the document's \"fallback\"")
            return nil
        }
        if let offset = firstLines[name] {
            let line = position(of: offset).line
            error(node, "another rule has the name \(RouteReader.quoted(name)), in line \(line)")
            return name
        }
        firstLines[name] = node.json.offset
        return name
    }

    /// Reads the destinations of a rule or of the fallback.
    mutating func sendList(_ node: Node, _ names: Names) -> [String] { destinationList(node, "send", names) }

    /// Reads names of destinations, each once.
    mutating func destinationList(_ node: Node, _ key: String, _ names: Names) -> [String] {
        var seen: Set<String> = []
        return (list(node, "\"\(key)\"", of: "destination names") ?? []).compactMap { element in
            guard let name = string(element, "each of \"\(key)\"", expected: "the name of a destination") else {
                return nil
            }
            guard names.hasDestination(name) else {
                unknownDestination(name, element, names.destinations)
                return nil
            }
            guard seen.insert(name).inserted else {
                error(element, "the destination \(RouteReader.quoted(name)) is named twice")
                return nil
            }
            return name
        }
    }

    /// The transitions that can be announced; `refreshed` and `stale` never are.
    static let announceable: [Transition] = [
        .opened, .raised, .lowered, .reopened, .updated, .resolved, .acknowledged, .reminder,
    ]

    mutating func notify(_ node: Node?) -> Set<Transition>? {
        guard let elements = list(node, "\"notify\"", of: "transitions") else { return nil }
        let words = RouteReader.announceable.map(\.rawValue)
        var result: Set<Transition> = []
        for element in elements {
            guard let text = string(element, "each of \"notify\"", expected: RouteReader.oneOf(words)) else { continue }
            guard let transition = RouteReader.announceable.first(where: { $0.rawValue == text }) else {
                unknownWord(element, text, "each of \"notify\"", words)
                continue
            }
            if result.insert(transition).inserted == false { error(element, "\(text) is named twice") }
        }
        return result
    }
}
