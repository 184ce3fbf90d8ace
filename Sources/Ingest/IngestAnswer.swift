import Findings
import HTTPSurface
import HTTPTypes

/// What the sender of a request is told about each of its items.
struct IngestAnswer: Sendable, Hashable {
    var results: [Result]
    /// The journal entry, `nil` when nothing had to be written.
    var position: Int64?

    enum Result: Sendable, Hashable {
        case accepted(findings: Int)
        /// It came before, and nothing follows from it.
        case redelivered(findings: Int, key: String)
        case quarantined(String)
        case ignored(String)
    }

    init(results: [Result], position: Int64?) {
        self.results = results
        self.position = position
    }

    /// - Parameters:
    ///   - decoded: The body.
    ///   - known: For each of its items, whether its event came before.
    ///   - position: The journal entry.
    init(_ decoded: DecodedBody, known: [Bool], position: Int64?) {
        self.init(
            results: zip(decoded.items, known).map { item, isKnown in
                switch item {
                case .event(let event):
                    if isKnown, let key = event.redeliveryKey {
                        .redelivered(findings: event.observations.count, key: key)
                    } else {
                        .accepted(findings: event.observations.count)
                    }
                case .unreadable(let unreadable): .quarantined(unreadable.reason)
                case .nothing(let reason): .ignored(reason)
                }
            },
            position: position
        )
    }

    /// Whether nothing at all could be read.
    var isRefusal: Bool {
        results.isEmpty == false
            && results.allSatisfy { result in
                if case .quarantined = result { true } else { false }
            }
    }

    var problem: Problem {
        Problem(
            .badRequest,
            detail: "Nothing of the body could be read; it is kept in quarantine.",
            errors: results.prefix(100).enumerated().map { index, result in
                guard case .quarantined(let reason) = result else { return Problem.Item(detail: "") }
                return Problem.Item(detail: reason, pointer: "/\(index)")
            }
        )
    }

    /// `{"accepted":N,"position":P,"results":[{"index":I,"status":…,"findings":N}]}`.
    var json: JSONValue {
        let accepted = results.reduce(0) { sum, result in
            if case .accepted(let findings) = result { sum + findings } else { sum }
        }
        return .compact([
            "accepted": .integer(accepted),
            "position": position.map { .integer(Int($0)) },
            "results": .array(results.enumerated().map { index, result in IngestAnswer.json(index, result) }),
        ])
    }

    var plain: PlainAnswer { PlainAnswer(.ok, headers: [.contentType: "application/json"], body: json.bytes) }

    private static func json(_ index: Int, _ result: Result) -> JSONValue {
        switch result {
        case .accepted(let findings):
            ["index": .integer(index), "status": "accepted", "findings": .integer(findings)]
        case .redelivered(let findings, let key):
            [
                "index": .integer(index), "status": "redelivered", "findings": .integer(findings),
                "reason": .string(
                    """
                    An event with this id (\(key.printable)) was accepted before: it is counted, and nothing follows from it. \
                    Send it with another id if it is to count anew.
                    """
                ),
            ]
        case .quarantined(let reason):
            ["index": .integer(index), "status": "quarantined", "findings": 0, "error": .string(reason)]
        case .ignored(let reason):
            ["index": .integer(index), "status": "ignored", "findings": 0, "reason": .string(reason)]
        }
    }
}
