package import Findings
package import FoundationEssentials
package import Store

/// What was observed in a stretch of time, read a page at a time from the newest to the oldest.
///
/// Stored findings are enough for rules without event patterns. For the others the bodies in the journal are decoded again;
/// what cannot be read of them has become a finding about that, which no pattern means.
package struct Past: Sendable {
    package enum Source: Sendable {
        case findings
        /// Decoded with the severities of the earlier rules, and of the later ones where those differ.
        case journal(FindingDecoder, other: FindingDecoder?)
    }

    let history: any History
    package let source: Source
    /// Received at this moment or later.
    package let since: Date
    /// How much is read of a stored finding.
    var part = ObservedPart.finding

    static let pageSize = 2_000
    static let pageBytes = 8 << 20

    package init(_ history: any History, source: Source, since: Date) {
        self.history = history
        self.source = source
        self.since = since
    }

    package var isJournal: Bool {
        switch source {
        case .findings: false
        case .journal: true
        }
    }

    /// A page of the past.
    ///
    /// - Parameter cursor: Of an earlier page, or ``cursor(at:)``.
    /// - Returns: `nil` when there is nothing before it.
    /// - Throws: When the history cannot be read.
    package func page(before cursor: Int64) async throws -> PastPage? {
        switch source {
        case .findings: try await findings(before: cursor)
        case .journal(let decoder, let other): try await journal(before: cursor, decoder, other)
        }
    }

    private func findings(before cursor: Int64) async throws -> PastPage? {
        let found = try await history.observations(before: cursor, since: since, limit: Past.pageSize, reading: part)
        guard let first = found.first, let last = found.last else { return nil }
        // Conditions without a pattern never look at the event.
        let noEvent = try JSONDocument.parse("{}")
        return PastPage(
            events: found.map { observed in
                let observation = PastObservation(
                    before: Observation(finding: observed.finding, event: noEvent),
                    number: observed.findingNumber,
                    firstSeenAt: observed.firstSeenAt
                )
                return PastEvent(receivedAt: observed.receivedAt, observations: [observation])
            },
            cursor: cursor,
            next: last.number,
            observations: found.count,
            oldest: last.receivedAt,
            newest: first.receivedAt
        )
    }

    private func journal(
        before cursor: Int64,
        _ decoder: FindingDecoder,
        _ other: FindingDecoder?
    ) async throws -> PastPage? {
        let found = try await history.journal(before: cursor, since: since, byteLimit: Past.pageBytes)
        guard let first = found.first, let last = found.last else { return nil }
        var events: [PastEvent] = []
        for entry in found {
            // Decoding is most of the work, and whoever asked may not want it any more.
            try Task.checkCancellation()
            events += Past.events(of: entry, decoder, other).reversed()
        }
        return PastPage(
            events: events,
            cursor: cursor,
            next: last.position,
            observations: found.reduce(0) { $0 + $1.observations },
            oldest: last.receivedAt,
            newest: first.receivedAt
        )
    }

    private static func events(
        of entry: JournalEntry,
        _ decoder: FindingDecoder,
        _ other: FindingDecoder?
    ) -> [PastEvent] {
        let events = events(of: entry, decoder)
        let others = other.map { self.events(of: entry, $0) }
        return events.enumerated().map { place, event in
            let other = others.flatMap { $0.indices.contains(place) ? $0[place].observations : nil } ?? []
            return PastEvent(
                receivedAt: entry.receivedAt,
                redeliveryKey: event.redeliveryKey,
                observations: event.observations.enumerated().map { index, observation in
                    PastObservation(before: observation, other: other.indices.contains(index) ? other[index] : nil)
                },
                position: entry.position
            )
        }
    }

    private static func events(of entry: JournalEntry, _ decoder: FindingDecoder) -> [Event] {
        do {
            let decoded = try decoder.decodeAgain(
                entry.body,
                requestID: entry.requestID,
                accepted: entry.observations
            )
            return decoded.items.compactMap { item in
                guard case .event(let event) = item else { return nil }
                return event
            }
        } catch {
            return []
        }
    }
}
