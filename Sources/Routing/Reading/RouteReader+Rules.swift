import Findings

extension RouteReader {
    /// A rule beside where it stands.
    struct PlacedRule {
        var rule: Rule
        var node: Node
    }

    private static let ruleKeys = ["name", "description", "when", "send", "stop", "suppress", "notify", "group"]

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
        let condition = fields["when"].flatMap { self.condition($0, names) }
        let send = fields["send"].map { sendList($0, names) }
        let suppress = plainText(fields["suppress"], "\"suppress\"")
        let stop = bool(fields["stop"], "\"stop\"") ?? false
        let terms = Rule.Terms(
            notify: notify(fields["notify"]) ?? Transition.announcedByDefault,
            group: fields["group"].flatMap { self.group($0) }
        )
        switch (fields["send"], fields["suppress"]) {
        case (nil, nil): error(node, "a rule needs \"send\" or \"suppress\": where findings go, or why they go nowhere")
        case (_?, let suppress?): error(suppress, "a rule has \"send\" or \"suppress\", not both")
        case (nil, _?):
            for key in ["notify", "group"] {
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
            terms: terms
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
    private mutating func sendList(_ node: Node, _ names: Names) -> [String] {
        var seen: Set<String> = []
        return (list(node, "\"send\"", of: "destination names") ?? []).compactMap { element in
            guard let name = string(element, "each of \"send\"", expected: "the name of a destination") else {
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
    static let announceable: [Transition] = [.opened, .raised, .reopened, .resolved, .acknowledged]

    private mutating func notify(_ node: Node?) -> Set<Transition>? {
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

    /// The fields alerts can be grouped by.
    static let groupFields = ["severity"] + Condition.Field.allCases.map(\.rawValue)

    private mutating func group(_ node: Node) -> Rule.Group? {
        let keys = ["by", "wait", "interval", "repeat"]
        guard let fields = fields(of: node, "\"group\"", keys: keys, required: ["by"]) else { return nil }
        var by: [String] = []
        for element in list(fields["by"], "\"by\"", of: "field names") ?? [] {
            guard let name = string(element, "each of \"by\"", expected: "the name of a field") else { continue }
            guard RouteReader.groupFields.contains(name) else {
                unknownWord(element, name, "each of \"by\"", RouteReader.groupFields)
                continue
            }
            if by.contains(name) { error(element, "\(name) is named twice") }
            by.append(name)
        }
        let wait = duration(fields["wait"], "\"wait\"", in: .zero ... .seconds(86_400))
        let interval = duration(fields["interval"], "\"interval\"", in: .seconds(1) ... .seconds(7 * 86_400))
        let reminder = duration(fields["repeat"], "\"repeat\"", in: .seconds(60) ... .seconds(30 * 86_400))
        warning(node, "\"group\" is read and not yet in effect: every finding is sent at once")
        return Rule.Group(by: by, wait: wait ?? .seconds(30), interval: interval ?? .seconds(300), repeat: reminder)
    }

    mutating func fallback(_ node: Node?, _ names: Names) -> RouteDocument.Fallback? {
        guard let node,
            let fields = fields(of: node, "\"fallback\"", keys: ["send", "notify", "description"], required: ["send"])
        else { return nil }
        _ = string(fields["description"], "\"description\"")
        let send = fields["send"].map { sendList($0, names) } ?? []
        let terms = Rule.Terms(notify: notify(fields["notify"]) ?? Transition.announcedByDefault)
        return RouteDocument.Fallback(send: send, terms: terms)
    }
}
