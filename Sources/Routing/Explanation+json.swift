package import Findings

extension Explanation {
    /// The explanation for programs: `finding`, `version`, `verdict`, `destinations`, `cutOff`, `rules`.
    package var json: JSONValue {
        .compact([
            "finding": .compact([
                "key": .string(finding.key.rawValue),
                "title": .string(finding.title),
                "severity": .string(finding.severity.label),
                "account": finding.account.map { .string($0) },
                "accountName": finding.accountName.map { .string($0) },
                "region": finding.region.map { .string($0) },
                "status": .string(finding.status.rawValue),
                "product": .string(finding.product),
                "source": .string(finding.source),
            ]),
            "version": .integer(decision.version),
            "at": timing.map { .string($0.now.iso8601) },
            "silencesKnown": timing.map { .bool($0.knowsSilences) },
            "verdict": .string(decision.verdict.word),
            "suppressed": suppressed,
            "destinations": .array(destinations),
            "cutOff": .array(cutOff.map { .string($0.rule.name) }),
            "rules": .array(rules.map(\.json)),
        ])
    }

    private var suppressed: JSONValue? {
        guard case .suppressed(let rule, let reason) = decision.verdict else { return nil }
        return ["rule": .string(rule), "reason": .string(reason)]
    }

    private var destinations: [JSONValue] {
        guard case .routed(let routed) = decision.verdict else { return [] }
        return routed.enumerated().map { index, one in
            let tellings = timing?.tellings ?? []
            return .compact([
                "destination": .string(one.destination),
                "rule": .string(one.rule),
                "notify": .array(one.terms.announced(of: finding.kind).map { .string($0.rawValue) }),
                "recipients": one.recipients == [nil] ? nil : .array(one.recipients.map { JSONValue($0) }),
                "told": tellings.indices.contains(index) ? tellings[index].json : nil,
            ])
        }
    }
}

extension Telling {
    /// `how`, `at`, `text` and `conditions`.
    fileprivate var json: JSONValue {
        [
            "how": .string(how.rawValue), "at": JSONValue(at?.iso8601), "text": .string(text),
            "conditions": .array(conditions.map { .string($0) }),
        ]
    }
}

extension Decision.Verdict {
    /// `routed`, `suppressed` or `unrouted`.
    package var word: String {
        switch self {
        case .routed: "routed"
        case .suppressed: "suppressed"
        case .unrouted: "unrouted"
        }
    }
}

extension Explanation.Reading {
    fileprivate var json: JSONValue {
        let (word, ender): (String, String?) =
            switch outcome {
            case .matched: ("matched", nil)
            case .notMatched: ("not_matched", nil)
            case .off: ("off", nil)
            case .notReached(let ender): ("not_reached", ender)
            }
        return .compact([
            "rule": .string(rule.name),
            "outcome": .string(word),
            "endedBy": ender.map { .string($0) },
            "wouldMatch": ender == nil && outcome != .off ? nil : .bool(wouldMatch),
            "reason": reason.map { .string($0) },
            "firstFailure": firstFailure?.json,
            "conditions": .array(conditions.map(\.json)),
            "send": rule.send.isEmpty ? nil : .array(rule.send.map { .string($0) }),
            "suppress": rule.suppress.map { .string($0) },
            "stop": .bool(rule.stop),
        ])
    }
}

extension Explanation.Comparison {
    /// The condition with those inside it.
    package var json: JSONValue {
        .compact([
            "name": .string(name),
            "expected": .string(expected),
            "actual": .string(actual),
            "holds": .bool(holds),
            "parts": parts.isEmpty ? nil : .array(parts.map(\.json)),
        ])
    }
}
