import Findings
import HTTPSurface
import HTTPTypes

/// What the sender of a request is told about each of its items.
struct IngestAnswer: Sendable, Hashable {
    var results: [Receipt.Item]
    /// The journal entry, `nil` when nothing had to be written.
    var position: Int64?

    init(results: [Receipt.Item], position: Int64?) {
        self.results = results
        self.position = position
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

    private static func json(_ index: Int, _ result: Receipt.Item) -> JSONValue {
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
