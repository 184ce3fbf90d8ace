import Findings
import FoundationEssentials
import Operations
import Routing
import Store
import Triage

extension ShadowStatus {
    var json: JSONValue {
        [
            "state": .string(record == nil ? "none" : isRunning ? "running" : "ended"),
            "draft": JSONValue(record?.start.draft),
            "base": record.map { .integer($0.start.base) } ?? .null,
            "author": JSONValue(record?.start.author),
            "startedAt": JSONValue(record?.startedAt.iso8601),
            "endsAt": JSONValue(record?.endsAt.iso8601),
            "endedAt": JSONValue(end?.at?.iso8601),
            "endReason": JSONValue(end?.reason),
            "observations": .integer(record?.observations ?? 0),
            "missed": .integer(record?.missed ?? 0),
            "lastMissed": JSONValue(record?.lastMissed?.iso8601),
            "classes": .array(
                report.classes.map { ["class": .string($0.kind.rawValue), "observations": .integer($0.count)] }
            ),
            "destinations": .array(report.destinations.map(\.json)),
            "samples": .array(report.samples.map(\.json)),
        ]
    }
}

extension ShadowDestination {
    fileprivate var json: JSONValue {
        .object(
            [.init("destination", .string(name))] + total.members + [
                .init(
                    "hours",
                    .array(
                        hours.map { hour, counts in
                            let at = Date(timeIntervalSince1970: Double(hour) * 3_600)
                            return .object([.init("hour", .string(at.iso8601))] + counts.members)
                        }
                    )
                )
            ]
        )
    }
}

extension ShadowDestination.Counts {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("gained", .integer(gained)), .init("lost", .integer(lost)), .init("changed", .integer(changed)),
        ]
    }
}

extension ShadowSample {
    fileprivate var json: JSONValue {
        func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        return [
            "finding": .string(findingID),
            "title": .string(title),
            "severity": .string(severity.label),
            "account": JSONValue(account),
            "accountName": JSONValue(accountName),
            "receivedAt": .string(receivedAt.iso8601),
            "class": .string(kind.rawValue),
            "lost": list(lost),
            "gained": list(gained),
            "changed": list(changed),
            "rulesBefore": list(matchedBefore),
            "rulesAfter": list(matchedAfter),
        ]
    }
}
