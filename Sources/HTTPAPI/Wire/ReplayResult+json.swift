import Findings
import FoundationEssentials
import Replay
import Routing

extension ReplayResult {
    var json: JSONValue {
        [
            "since": .string(since.iso8601),
            "until": .string(until.iso8601),
            "cuts": .array(cuts.map { .string($0) }),
            "readsJournal": .bool(readsJournal),
            "observations": .integer(observations),
            "findings": .integer(findingCount),
            "classes": .array(
                ReplayClass.allCases.map { kind in
                    [
                        "class": .string(kind.rawValue),
                        "findings": .integer(findings[kind] ?? 0),
                        "observations": .integer(observationClasses[kind] ?? 0),
                    ]
                }
            ),
            "suppressedHigh": .integer(suppressedHigh),
            "destinations": .array(destinations.map(\.json)),
            "rules": .array(matches),
            "changes": .array(changes.map(\.json)),
            "messages": messages?.json ?? .null,
        ]
    }
}

extension ReplayResult {
    /// How many rules are listed at most.
    private static let mostRules = 500

    /// The rules that match more or less than before, those first where that is the most.
    fileprivate var matches: [JSONValue] {
        rules.filter { $0.value.before != $0.value.after }
            .sorted { one, other in
                let (first, second) = (one.value.change.magnitude, other.value.change.magnitude)
                return first == second ? one.key < other.key : first > second
            }
            .prefix(ReplayResult.mostRules)
            .map { rule, counts in
                ["rule": .string(rule), "before": .integer(counts.before), "after": .integer(counts.after)]
            }
    }
}

extension HourlyCounts.Pair {
    fileprivate var change: Int { after - before }
}

extension DestinationEffect {
    fileprivate var json: JSONValue {
        [
            "destination": .string(destination),
            "findingsGained": .integer(findingsGained),
            "findingsLost": .integer(findingsLost),
            "observations": observations.json,
        ]
    }
}

extension HourlyCounts {
    fileprivate var json: JSONValue {
        [
            "before": .integer(total.before),
            "after": .integer(total.after),
            "days": .array(
                days.map { day, counts in
                    [
                        "day": .string(String(day.iso8601.prefix(10))),
                        "before": .integer(counts.before),
                        "after": .integer(counts.after),
                    ]
                }
            ),
            "busiestBefore": HourlyCounts.json(busiestBefore),
            "busiestAfter": HourlyCounts.json(busiestAfter),
        ]
    }

    private static func json(_ busiest: (hour: Date, count: Int)?) -> JSONValue {
        busiest.map { ["hour": .string($0.hour.iso8601), "count": .integer($0.count)] } ?? .null
    }
}

extension ChangeEffect {
    fileprivate var json: JSONValue {
        let words: (what: String, rule: String?) =
            switch change.subject {
            case .rule(let name): ("rule", name)
            case .order: ("order", nil)
            case .fallback: ("fallback", nil)
            case .accounts: ("accounts", nil)
            case .destinations: ("destinations", nil)
            }
        return [
            "subject": .string(words.what),
            "rule": JSONValue(words.rule),
            "kind": .string(change.kind.rawValue),
            "observations": .integer(observations),
            "classes": .array(
                ReplayClass.allCases.compactMap { kind in
                    findings[kind].map { ["class": .string(kind.rawValue), "findings": .integer($0)] }
                }
            ),
        ]
    }
}

extension MessageEffect {
    fileprivate var json: JSONValue {
        [
            "since": .string(since.iso8601),
            "until": .string(until.iso8601),
            "observations": .integer(observations),
            "destinations": .array(
                destinations.map { one in
                    [
                        "destination": .string(one.destination),
                        "messages": one.messages.json,
                        "hourlyRateBefore": one.hourlyRateBefore.map { .integer($0) } ?? .null,
                        "hourlyRateAfter": one.hourlyRateAfter.map { .integer($0) } ?? .null,
                        "sent": one.sent.map { .integer($0) } ?? .null,
                    ]
                }
            ),
        ]
    }
}
