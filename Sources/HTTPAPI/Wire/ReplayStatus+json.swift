import Findings
import FoundationEssentials
import Operations
import Replay
import Routing
import Store

extension ReplayStatus {
    /// Changes with everything that is shown of it.
    var entityTag: String { "\"\(id)-\(state.rawValue)-\(revision)\"" }

    var json: JSONValue { .object(members + [.init("result", result?.json ?? .null)]) }

    /// Without the result.
    var listed: JSONValue { .object(members) }

    private var members: [JSONValue.Member] {
        [
            .init("id", .string(id)),
            .init("state", .string(state.rawValue)),
            .init("candidate", candidate.map { .integer($0) } ?? .null),
            .init("against", against.map { .integer($0) } ?? .null),
            .init("since", .string(since.iso8601)),
            .init("until", .string(until.iso8601)),
            .init("depth", .string(depth.rawValue)),
            .init("author", .string(author)),
            .init("createdAt", .string(createdAt.iso8601)),
            .init("startedAt", JSONValue(startedAt?.iso8601)),
            .init("finishedAt", JSONValue(finishedAt?.iso8601)),
            .init("progress", progress?.json ?? .null),
            .init("failure", JSONValue(failure)),
        ]
    }
}

extension ReplayProgress {
    fileprivate var json: JSONValue {
        [
            "phase": .string(phase.rawValue),
            "done": .integer(done),
            "of": .integer(of),
            "since": JSONValue(since?.iso8601),
            "classes": .array(
                ReplayClass.allCases.map { ["class": .string($0.rawValue), "findings": .integer(findings[$0] ?? 0)] }
            ),
        ]
    }
}
