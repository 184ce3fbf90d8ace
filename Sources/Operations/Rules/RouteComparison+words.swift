package import Routing

extension RouteComparison {
    /// What is different in a few words: `2 rules changed, 1 rule new`.
    package var summary: String {
        guard isEmpty == false else { return "no change" }
        var counts: [(noun: String, verb: String, count: Int)] = []
        for change in changes {
            let noun = change.section.noun
            let verb = change.kind.verb
            if let index = counts.firstIndex(where: { $0.noun == noun && $0.verb == verb }) {
                counts[index].count += 1
            } else {
                counts.append((noun, verb, 1))
            }
        }
        return counts.map { "\($0.count) \($0.noun)\($0.count == 1 ? "" : "s") \($0.verb)" }.joined(separator: ", ")
    }

    /// Things of a kind that are named.
    private static let mostNamed = 10

    /// What is different by name: `rule changed: high, rest; destination new: mail`. No value stands in it.
    package var names: String {
        guard isEmpty == false else { return "no change" }
        var named: [(what: String, names: [String])] = []
        for change in changes {
            let what = "\(change.section.noun) \(change.kind.verb)"
            if let index = named.firstIndex(where: { $0.what == what }) {
                named[index].names.append(change.name)
            } else {
                named.append((what, [change.name]))
            }
        }
        return named.map { what, names in
            let shown = names.prefix(RouteComparison.mostNamed).map { EscapedText.visible($0) }.joined(separator: ", ")
            let left = names.count - RouteComparison.mostNamed
            return "\(what): \(shown)\(left > 0 ? " and \(left) more" : "")"
        }.joined(separator: "; ")
    }
}

extension RouteComparison.Section {
    /// One thing of the section, in words.
    package var noun: String {
        switch self {
        case .rules: "rule"
        case .destinations: "destination"
        case .windows: "window"
        case .accounts: "account group"
        case .expectations: "expectation"
        case .document: "setting"
        }
    }
}

extension RouteComparison.Kind {
    /// What happened to a thing, in words.
    package var verb: String {
        switch self {
        case .added: "new"
        case .removed, .changed, .moved: rawValue
        }
    }
}
