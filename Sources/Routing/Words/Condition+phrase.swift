import Findings

extension Condition {
    /// What the condition accepts, as the subject of a sentence: `HIGH or worse in no account of @payments, outside ap-*`.
    package var phrase: Phrase {
        let phrases = phrases
        guard let first = phrases.first else { return "every finding" }
        var phrase = first
        for (place, next) in phrases.enumerated().dropFirst() {
            let reads = place == 1 && isSeverity(tests.first) && next.text.hasPrefix("in ")
            phrase = phrase + (reads ? " " : ", ") + next
        }
        return phrase
    }

    private func isSeverity(_ test: Test?) -> Bool {
        guard case .severity = test else { return false }
        return true
    }

    /// The same inside a sentence about something else, in brackets where it could be read on beyond its end.
    var nested: Phrase {
        let phrases = phrases
        guard phrases.isEmpty == false else { return "every finding" }
        return phrases.count == 1 ? phrases[0] : "(\(Phrase.joined(phrases, " and ")))"
    }

    private var phrases: [Phrase] { tests.flatMap(\.phrases) }
}

extension Condition.Test {
    /// Mostly one; a field that both wants and excludes something says two things.
    fileprivate var phrases: [Phrase] {
        switch self {
        case .severity(_, let words): [Phrase.joined(words.map(Condition.Test.severity), ", ", last: " or ")]
        case .field(let field, let globs):
            [(globs.wanted, field.wanting), (globs.excluded, field.excluding)].compactMap { words, phrase in
                words.isEmpty ? nil : phrase(words)
            }
        case .pattern(let pattern): ["whose event fits the pattern \(pattern.text)"]
        case .not(let condition): ["except \(condition.nested)"]
        case .any(let conditions) where conditions.count == 1: [conditions[0].nested]
        case .any(let conditions): ["either \(Phrase.joined(conditions.map(\.nested), ", ", last: " or "))"]
        }
    }

    /// `>=high` as `HIGH or worse`.
    static func severity(_ word: String) -> Phrase {
        let comparison = [">=", "<=", ">", "<"].first { word.hasPrefix($0) } ?? ""
        let label = word.dropFirst(comparison.count).filter { $0 != " " }.uppercased()
        let words =
            switch comparison {
            case ">=": "\(label) or worse"
            case "<=": "\(label) or milder"
            case ">": "worse than \(label)"
            case "<": "milder than \(label)"
            default: label
            }
        return "\(words)"
    }
}

extension GlobSet {
    /// The words without those that exclude.
    package var wanted: [String] { words.filter { $0.hasPrefix("!") == false } }
    /// The words that exclude, without their `!`.
    package var excluded: [String] { words.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) } }
}

extension Condition.Field {
    fileprivate func wanting(_ words: [String]) -> Phrase {
        if self == .account { return accounts(words, none: false) }
        return "\(before.wanting)\(Phrase.list(words, last: " or "))"
    }

    fileprivate func excluding(_ words: [String]) -> Phrase {
        if self == .account { return accounts(words, none: true) }
        return "\(before.excluding)\(Phrase.list(words, last: " or "))"
    }

    private func accounts(_ words: [String], none: Bool) -> Phrase {
        let groups = words.filter { $0.hasPrefix("@") }
        let ids = words.filter { $0.hasPrefix("@") == false }
        var phrases: [Phrase] = []
        if ids.isEmpty == false {
            phrases.append("\(none ? "not in account " as Phrase : "in account ")\(Phrase.list(ids, last: " or "))")
        }
        if groups.isEmpty == false {
            let article: Phrase = none ? "in no account of " : "in an account of "
            phrases.append("\(article)\(Phrase.list(groups, last: " or "))")
        }
        return Phrase.joined(phrases, none ? " and " : " or ")
    }

    /// The words before the values.
    private var before: (wanting: Phrase, excluding: Phrase) {
        switch self {
        case .account: ("in account ", "not in account ")
        case .region: ("in Region ", "outside ")
        case .product: ("from the product ", "not from the product ")
        case .type: ("of type ", "not of type ")
        case .control: ("about control ", "not about control ")
        case .standard: ("of the standard ", "not of the standard ")
        case .resourceType: ("on a resource of type ", "on no resource of type ")
        case .resource: ("on the resource ", "not on the resource ")
        case .title: ("titled ", "not titled ")
        case .source: ("from the source ", "not from the source ")
        case .status: ("with status ", "without status ")
        case .tag: ("tagged ", "not tagged ")
        case .actor: ("by the actor ", "not by the actor ")
        case .sourceAddress: ("from the address ", "not from the address ")
        }
    }
}
