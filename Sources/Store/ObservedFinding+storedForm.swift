import Findings
package import FoundationEssentials
import Triage

extension ObservedFinding {
    /// Reads an observation as it rests.
    ///
    /// - Parameters:
    ///   - number: The observation's.
    ///   - content: The finding; `nil` when it is missing.
    ///   - part: How much of it is read.
    ///   - receivedAt: When it was observed.
    ///   - detail: What `ObservationRecord` writes as its stored form; `nil` where nobody asks what came of it.
    ///   - findingNumber: Under which number the finding is stored.
    ///   - firstSeenAt: When it was first observed, where that is known.
    /// - Throws: ``Findings/StoredFormError``.
    package init(
        number: Int64,
        content: [UInt8]?,
        reading part: ObservedPart,
        receivedAt: Date,
        detail: [UInt8]?,
        findingNumber: Int64,
        firstSeenAt: Date?
    ) throws {
        let outcomes = try detail.flatMap { try StoredJSON.document($0)["outcomes"]?.elements } ?? []
        guard let content else { throw StoredFormError("the observation that a row refers to is missing") }
        self.init(
            number: number,
            finding: try Finding(
                storedForm: StoredJSON.document(content),
                reading: part == .decided ? .decided : .whole
            ),
            receivedAt: receivedAt,
            destinations: outcomes.compactMap(Self.destinationOfNews),
            silencedBy: outcomes.compactMap(Self.silence),
            findingNumber: findingNumber,
            firstSeenAt: firstSeenAt
        )
    }

    /// The destination of a stored outcome that a silence could have hidden.
    private static func destinationOfNews(_ outcome: JSON) -> String? {
        let parts = outcome.elements
        guard parts.count > 3, ObservedFinding.isNews(transition: parts[2].string, held: parts[3].string) else {
            return nil
        }
        return parts[0].string
    }

    /// The silence that a stored outcome names as its reason.
    private static func silence(_ outcome: JSON) -> String? {
        let parts = outcome.elements
        guard parts.count > 5, parts[3].string == HeldReason.silenced.rawValue else { return nil }
        return parts[5].string
    }
}
