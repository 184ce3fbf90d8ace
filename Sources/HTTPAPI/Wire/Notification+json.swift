import Routing
import Findings
import FoundationEssentials
import Store
import Triage

extension Notification {
    /// A delivery as listings show it.
    var json: JSONValue { .object(members) }

    fileprivate var members: [JSONValue.Member] {
        let isQueued = state == .pending || state == .sending
        return [
            .init("id", .string(id)),
            .init("state", .string(state.rawValue)),
            .init("destination", .string(destination)),
            .init("recipient", JSONValue(recipient)),
            .init("rule", .string(content.rule)),
            .init("rulesVersion", .integer(content.version)),
            .init("transition", .string(content.transition.rawValue)),
            .init("thread", .string(content.thread)),
            .init("receivedAt", .string(content.receivedAt.iso8601)),
            .init("createdAt", .string(createdAt.iso8601)),
            .init("dueAt", isQueued ? .string(dueAt.iso8601) : .null),
            .init("attemptCount", .integer(attempts)),
            .init("uncertainCount", .integer(uncertain)),
            .init("isMinimal", .bool(isMinimal)),
            .init("fallbackFor", JSONValue(fallbackFor)),
            .init("deadReason", JSONValue(deadReason)),
            .init("finding", content.json),
            .init("bundle", content.bundle?.json ?? .null),
        ]
    }
}

extension Notification.Content {
    /// Enough of the finding to recognise it.
    fileprivate var json: JSONValue {
        [
            "key": .string(finding.key.rawValue),
            "title": .string(finding.title),
            "severity": .string(facts.severity.label),
            "status": .string(finding.status.rawValue),
            "account": JSONValue(finding.account),
            "accountName": JSONValue(finding.accountName),
            "region": JSONValue(finding.region),
            "kind": .string(finding.kind.rawValue),
            "url": JSONValue(finding.url),
            "firstSeenAt": .string(facts.firstSeenAt.iso8601),
            "openedAt": .string(facts.openedAt.iso8601),
            "count": .integer(facts.count),
        ]
    }
}

extension NotificationRecord {
    /// The delivery with every attempt and the message as it was last rendered.
    var json: JSONValue {
        .object(
            notification.members + [
                .init("attempts", .array(attempts.map(\.json))),
                .init("rendered", JSONValue(rendered)),
            ]
        )
    }
}

extension Attempt {
    var json: JSONValue {
        [
            "number": .integer(number),
            "startedAt": .string(startedAt.iso8601),
            "finishedAt": .string(finishedAt.iso8601),
            "verdict": .string(verdict.rawValue),
            "status": status.map { .integer($0) } ?? .null,
            "errorClass": JSONValue(errorClass),
            "detail": JSONValue(detail),
            "peerAddress": JSONValue(peerAddress),
            "timings": timings.map(\.json) ?? .null,
            "reply": JSONValue(reply),
            "nextDueAt": JSONValue(nextDueAt?.iso8601),
        ]
    }
}

extension Attempt.Timings {
    /// Seconds since the attempt began.
    fileprivate var json: JSONValue {
        [
            "nameLookup": .double(nameLookup),
            "connect": .double(connect),
            "tls": .double(tls),
            "firstByte": .double(firstByte),
            "total": .double(total),
        ]
    }
}
