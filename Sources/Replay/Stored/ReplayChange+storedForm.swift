import Findings
import Routing

extension ChangeEffect {
    var storedForm: JSONValue {
        .compact([
            "subject": .string(change.subject.word),
            "rule": change.subject.rule.map { .string($0) },
            "kind": .string(change.kind.rawValue),
            "findings": findings.storedForm,
            "observations": .integer(observations),
        ])
    }

    init(storedForm json: JSON) throws(StoredFormError) {
        guard let subject = ReplayChange.Subject(word: try json.text("subject"), rule: json["rule"]?.string),
            let kind = ReplayChange.Kind(rawValue: try json.text("kind"))
        else { throw .misplaced("changes") }
        self.init(
            change: ReplayChange(subject: subject, kind: kind),
            findings: ReplayClass.counts(json["findings"]),
            observations: try json.count("observations")
        )
    }
}

extension ReplayChange.Subject {
    fileprivate var word: String {
        switch self {
        case .rule: "rule"
        case .order: "order"
        case .fallback: "fallback"
        case .accounts: "accounts"
        case .destinations: "destinations"
        }
    }

    fileprivate var rule: String? { if case .rule(let name) = self { name } else { nil } }

    fileprivate init?(word: String, rule: String?) {
        switch (word, rule) {
        case ("rule", let name?): self = .rule(name)
        case ("order", _): self = .order
        case ("fallback", _): self = .fallback
        case ("accounts", _): self = .accounts
        case ("destinations", _): self = .destinations
        default: return nil
        }
    }
}
