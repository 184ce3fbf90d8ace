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

    var plain: PlainAnswer { PlainAnswer(.ok, headers: [.contentType: "application/json"], body: bytes) }

    /// `{"accepted":N,"position":P,"results":[{"index":I,"status":…,"findings":N}]}`.
    private var bytes: [UInt8] {
        let accepted = results.reduce(0) { sum, result in
            if case .accepted(let findings) = result { sum + findings } else { sum }
        }
        var writer = JSONWriter(capacity: 64 + 64 * results.count)
        writer.object { writer in
            writer.integer("accepted", accepted)
            if let position { writer.integer("position", Int(position)) }
            writer.array("results", results.enumerated()) { writer, result in
                writer.object { IngestAnswer.write(result.offset, result.element, to: &$0) }
            }
        }
        return writer.bytes
    }

    private static func write(_ index: Int, _ result: Receipt.Item, to writer: inout JSONWriter) {
        writer.integer("index", index)
        switch result {
        case .accepted(let findings):
            writer.string("status", "accepted")
            writer.integer("findings", findings)
        case .redelivered(let findings, let key):
            writer.string("status", "redelivered")
            writer.integer("findings", findings)
            writer.string(
                "reason",
                """
                An event with this id (\(key.printable)) was accepted before: it is counted, and nothing follows from it. \
                Send it with another id if it is to count anew.
                """
            )
        case .quarantined(let reason):
            writer.string("status", "quarantined")
            writer.integer("findings", 0)
            writer.string("error", reason)
        case .ignored(let reason):
            writer.string("status", "ignored")
            writer.integer("findings", 0)
            writer.string("reason", reason)
        }
    }
}
