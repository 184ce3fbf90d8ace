package import FoundationEssentials
package import Routing
import Triage

/// Every silence that there is and was.
package protocol Silences: Sendable {
    /// Silences, the newest first.
    ///
    /// - Parameters:
    ///   - states: Only those in one of these states, `nil` for all.
    ///   - now: The time at which the states are meant.
    ///   - page: Which of them.
    /// - Returns: A page of them.
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    func silences(_ states: Set<Silence.State>?, now: Date, page: Page) async throws -> Paged<Silence>
    func silence(_ id: String) async throws -> Silence?
    /// Those that are pending or active, oldest first, at most ``Silence/mostOpen``.
    func openSilences(now: Date) async throws -> [Silence]
    func silenceCounts(now: Date) async throws -> [Silence.State: Int]

    /// - Parameters:
    ///   - draft: Without faults.
    ///   - author: Who asked, in words.
    ///   - now: The time.
    /// - Returns: The silence, with an id of its own.
    /// - Throws: ``SilenceRefusal/tooMany``, or when the commit failed.
    func create(_ draft: SilenceDraft, author: String, now: Date) async throws -> Silence

    /// Changes a silence in place where that keeps what it hides; otherwise ends it and creates another.
    ///
    /// - Parameters:
    ///   - id: The silence.
    ///   - draft: Without faults.
    ///   - author: Who asked, in words.
    ///   - now: The time.
    ///   - isExpected: Whether the silence as it is now is the one that was meant to be changed.
    /// - Returns: What was done.
    /// - Throws: ``SilenceRefusal``, or when the commit failed.
    func edit(
        _ id: String,
        to draft: SilenceDraft,
        author: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> SilenceEdit

    /// Ends a silence now. One that is over stays as it is, whatever was expected.
    ///
    /// - Throws: ``SilenceRefusal``.
    func expire(
        _ id: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> Silence
}

/// What an edit came to.
package enum SilenceEdit: Sendable, Hashable {
    case inPlace(Silence)
    /// The old one is over, and the new one stands in for it.
    case replaced(old: Silence, new: Silence)

    /// The silence as the draft wanted it.
    package var silence: Silence {
        switch self {
        case .inPlace(let silence), .replaced(_, let silence): silence
        }
    }
}

/// Why a silence was not written.
package enum SilenceRefusal: Error, Hashable {
    /// ``Silence/mostOpen`` of them are pending or active.
    case tooMany
    case unknown
    /// It is not as it was expected to be.
    case changed
}

extension Silence {
    /// Tells one version of the silence from another; 64 lowercase hexadecimal digits.
    package var tag: String {
        let parts = [
            id, when.text, owner, reason, destinations.map { $0.joined(separator: "\u{0}") } ?? "*",
            String(startsAt.timeIntervalSince1970), String(endsAt.timeIntervalSince1970), String(breaksOnRaise),
            String(updatedAt.timeIntervalSince1970),
        ]
        return Fingerprint.hexadecimal(of: Array(parts.joined(separator: "\u{1}").utf8))
    }
}
