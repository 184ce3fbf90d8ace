import Findings
import FoundationEssentials
import Store

extension SourceState {
    /// - Parameter now: For the age of what waits.
    /// - Returns: One element of the list of sources.
    func json(at now: Date) -> JSONValue {
        [
            "name": .string(name),
            "type": .string(type),
            "queue": .string(queue),
            "region": .string(region),
            "role": JSONValue(role),
            "pollers": .integer(pollers),
            "state": .string(phase.rawValue),
            "failure": failure?.json ?? .null,
            "lastAnswerAt": JSONValue(lastAnswerAt?.iso8601),
            "lastMessageAt": JSONValue(lastMessageAt?.iso8601),
            "oldestAgeSeconds": oldestSentAt.map { .integer(max(0, Int(now.timeIntervalSince($0)))) } ?? .null,
            "counts": [
                "received": .integer(counts.received),
                "deleted": .integer(counts.deleted),
                "repeated": .integer(counts.repeated),
                "quarantined": .integer(counts.quarantined),
                "deleteFailures": .integer(counts.deleteFailures),
                "emptyAnswers": .integer(counts.emptyAnswers),
            ],
        ]
    }
}

extension SourceState.Failure {
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind.rawValue),
            "problem": .string(reason),
            "since": .string(since.iso8601),
            "tries": .integer(tries),
        ]
    }
}
