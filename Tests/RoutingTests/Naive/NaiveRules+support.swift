import Findings
import Routing

/// Rules judged straight from their text in routes.json: every condition looked up by its name, every rule in turn.
struct NaiveRules {
    private let rules: [(json: JSON, patterns: [Int: NaivePattern])]
    private let accounts: JSON?
    private let fallback: JSON?

    init(_ document: JSON) {
        accounts = document["accounts"]
        fallback = document["fallback"]
        rules = (document["rules"]?.elements ?? []).map { rule in
            var patterns: [Int: NaivePattern] = [:]
            func find(_ condition: JSON) {
                if let pattern = condition["pattern"] { patterns[pattern.index] = NaivePattern(pattern) }
                if let inner = condition["not"] { find(inner) }
                for inner in condition["any"]?.elements ?? [] { find(inner) }
            }
            if let when = rule["when"] { find(when) }
            return (rule, patterns)
        }
    }

    /// For each rule whether its `when` holds, whatever stands before it.
    func holds(_ observation: Observation) -> [Bool] {
        let event = observation.event
        var narrowed: (array: Int, element: Int)?
        if let place = observation.findingIndex, let list = event["detail"]?["findings"], list.elements.count > place {
            narrowed = (list.index, place)
        }
        let leaves = NaivePattern.leaves(of: event, narrowed: narrowed)
        return rules.map { rule in
            rule.json["when"].map { holds($0, observation.finding, leaves, rule.patterns) } ?? false
        }
    }

    /// The matched rules as far as one that ends the reading, the destinations with the rule that named each first, and
    /// the suppressing rule when it is what counts.
    func verdict(_ holds: [Bool]) -> (matched: [String], routed: [String: String], suppressedBy: String?) {
        var matched: [String] = []
        var routed: [String: String] = [:]
        var suppressing: String?
        for (rule, held) in zip(rules, holds) where held && rule.json["enabled"]?.bool != false {
            let name = rule.json["name"]?.string ?? ""
            matched.append(name)
            for destination in rule.json["send"]?.elements ?? [] {
                routed[destination.string ?? ""] = routed[destination.string ?? ""] ?? name
            }
            if rule.json["suppress"] != nil { suppressing = name }
            if rule.json["suppress"] != nil || rule.json["stop"]?.bool == true { break }
        }
        if matched.isEmpty {
            for destination in fallback?["send"]?.elements ?? [] { routed[destination.string ?? ""] = "fallback" }
        }
        return (matched, routed, routed.isEmpty ? suppressing : nil)
    }

    private func holds(
        _ condition: JSON,
        _ finding: Finding,
        _ leaves: [String: [NaivePattern.Leaf]],
        _ patterns: [Int: NaivePattern]
    ) -> Bool {
        condition.members.allSatisfy { member in
            let words = (member.value.kind == .string ? [member.value] : member.value.elements).compactMap(\.string)
            switch member.key {
            case "severity": return words.contains { NaiveRules.severity(finding.severity, $0) }
            case "pattern": return patterns[member.value.index]?.matches(leaves) ?? false
            case "not": return holds(member.value, finding, leaves, patterns) == false
            case "any": return member.value.elements.contains { holds($0, finding, leaves, patterns) }
            default: return field(member.key, words, finding)
            }
        }
    }

    private static let order = ["unknown", "informational", "low", "medium", "high", "critical"]

    private static func severity(_ severity: Severity, _ word: String) -> Bool {
        let comparison = word.prefix { "<>=".contains($0) }
        guard let bound = order.firstIndex(of: word.drop { "<>= ".contains($0) }.lowercased()),
            let own = order.firstIndex(of: severity.label.lowercased())
        else { return false }
        switch comparison {
        case ">=": return own >= bound
        case "<=": return own <= bound
        case ">": return own > bound
        case "<": return own < bound
        default: return own == bound
        }
    }

    private func field(_ name: String, _ words: [String], _ finding: Finding) -> Bool {
        let values = NaiveRules.values(name, finding).filter { $0.isEmpty == false }
        let keys = finding.tags.map(\.key).filter { $0.isEmpty == false }
        let isNamed = ["product", "type", "control", "standard", "resourceType", "source", "status"].contains(name)
        let isCaseSensitive = ["account", "region", "resource", "source", "tag", "actor"].contains(name)
        func matches(_ word: String) -> Bool {
            if name == "account", word.hasPrefix("@") {
                return (accounts?[String(word.dropFirst())]?.elements ?? []).compactMap(\.string).contains(
                    where: matches
                )
            }
            if isNamed, word.contains("*") == false {
                let sought = NaiveRules.spoken(word, name)
                return values.contains { value in
                    let own = NaiveRules.spoken(value, name)
                    return own == sought || (name == "source" && own == "aws." + sought)
                }
            }
            let glob = NaiveRules.folded(word, isCaseSensitive).unicodeScalars.map { $0 == "*" ? nil : $0 }
            return (name == "tag" && word.contains("=") == false ? keys : values).contains { value in
                NaiveValue.matches(glob[...], Array(NaiveRules.folded(value, isCaseSensitive).unicodeScalars)[...])
            }
        }
        let including = words.filter { $0.hasPrefix("!") == false }
        if words.contains(where: { $0.hasPrefix("!") && matches(String($0.dropFirst())) }) { return false }
        return including.isEmpty || including.contains(where: matches)
    }

    /// A name without what does not count in it; hyphens between digits do.
    private static func spoken(_ text: String, _ field: String) -> String {
        let gaps: Set<Character> = field == "resourceType" ? [" ", "-", "_", ":"] : [" ", "-", "_"]
        let letters = Array(folded(text, false))
        return letters.indices.reduce(into: "") { result, place in
            guard gaps.contains(letters[place]) else { return result.append(letters[place]) }
            let next = letters[place...].first { gaps.contains($0) == false }
            let isLast = place + 1 == letters.count || gaps.contains(letters[place + 1]) == false
            let isApart = letters[place] != ":" && isLast
            if isApart, let last = result.last, last.isNumber, next?.isNumber == true { result.append("-") }
        }
    }

    private static func folded(_ text: String, _ isCaseSensitive: Bool) -> String {
        isCaseSensitive ? text : String(text.map { $0.isASCII ? Character($0.lowercased()) : $0 })
    }

    private static func values(_ name: String, _ finding: Finding) -> [String] {
        switch name {
        case "account": finding.account.map { [$0] } ?? []
        case "region": finding.region.map { [$0] } ?? []
        case "product": [finding.product]
        case "type": finding.types
        case "control": finding.controls
        case "standard": finding.standards
        case "resourceType":
            finding.resources.flatMap { resource -> [String] in
                let type = resource.type ?? ""
                return type.hasPrefix("AWS::") ? [type, type.replacing("::", with: "")] : [type]
            }
        case "actor": finding.actor.map { [$0] } ?? []
        case "sourceAddress": finding.sourceAddress.map { [$0] } ?? []
        case "resource": finding.resources.map(\.id)
        case "title": [finding.title]
        case "source": [finding.source]
        case "status":
            [finding.status.rawValue] + (finding.statusText ?? "").split(separator: "/").map(String.init)
        default: finding.tags.map { "\($0.key)=\($0.value)" }
        }
    }
}
