import Findings
import Operations
import Routing
import Store

extension Draft {
    /// With its whole text, or, in a list, without.
    func json(withText: Bool, _ expectations: ExpectationReport? = nil) -> JSONValue {
        .compact([
            "id": .string(id),
            "owner": .string(record.owner),
            "base": .integer(record.content.base),
            "state": .string(isBehind ? "behind" : "open"),
            "proposal": record.proposal.map { .string($0) },
            "changes": comparison.map { .array($0.changes.map(\.json)) },
            "summary": comparison.map { .string($0.summary) },
            "expectations": expectations?.json,
            "steps": .integer(record.steps),
            "createdAt": .string(record.createdAt.iso8601),
            "changedAt": .string(record.changedAt.iso8601),
            "etag": .string(entityTag),
            "text": withText ? .string(String(decoding: text, as: UTF8.self)) : nil,
            "buffer": withText ? record.content.buffer.map { .string(String(decoding: $0, as: UTF8.self)) } : nil,
        ])
    }

    var entityTag: String { "\"\(tag)\"" }
}

extension RouteComparison {
    var json: JSONValue {
        [
            "summary": .string(summary), "sameRules": .integer(sameRules), "changes": .array(changes.map(\.json)),
        ]
    }
}

extension RouteComparison.Change {
    var json: JSONValue {
        .compact([
            "section": .string(section.rawValue),
            "name": .string(name),
            "kind": .string(kind.rawValue),
            "moved": .bool(isMoved),
            "placeBefore": placeBefore.map { .integer($0) },
            "placeAfter": placeAfter.map { .integer($0) },
            "members": .array(
                members.map {
                    .compact([
                        "key": .string($0.key), "before": $0.before.map { .raw($0) },
                        "after": $0.after.map { .raw($0) },
                    ])
                }
            ),
        ])
    }
}

extension RouteMerge.Conflict {
    var json: JSONValue {
        .compact([
            "pointer": .string(pointer),
            "reason": .string(reason),
            "base": base.map { .raw($0) },
            "mine": mine.map { .raw($0) },
            "theirs": theirs.map { .raw($0) },
            "both": both.map { .raw($0) },
        ])
    }
}

extension AuditRecord {
    var json: JSONValue {
        .compact([
            "number": .integer(Int(number)),
            "at": .string(at.iso8601),
            "actor": .string(entry.actor),
            "action": .string(entry.action),
            "subject": .string(entry.subject),
            "before": entry.before.map { .string($0) },
            "after": entry.after.map { .string($0) },
            "note": entry.note.map { .string($0) },
            "requestID": entry.requestID.map { .string($0) },
        ])
    }
}
