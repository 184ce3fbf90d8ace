package import FoundationEssentials
import Store

/// Finds moments in the past.
extension Past {
    /// The cursor of the newest page of what was received before a moment.
    ///
    /// Numbers rise with time, so that some twenty looks at single rows find it among millions.
    ///
    /// - Parameter date: The moment.
    /// - Returns: 0 when nothing was received before it.
    /// - Throws: When the history cannot be read.
    package func cursor(at date: Date) async throws -> Int64 {
        isJournal ? try await history.journalCursor(at: date) : try await observationCursor(at: date)
    }

    /// How many observations were received from one moment until another; about so many, since some rows may be gone.
    func observationCount(from start: Date, until end: Date) async throws -> Int {
        let upper = try await observationCursor(at: end)
        let lower = try await observationCursor(at: start)
        guard let newest = try await newestObservation(before: upper), newest.receivedAt >= start else { return 0 }
        return Int(max(0, newest.number - lower + 1))
    }

    private func observationCursor(at date: Date) async throws -> Int64 {
        try await MomentSearch.cursor(at: date, newestObservation)
    }

    private func newestObservation(before cursor: Int64) async throws -> (number: Int64, receivedAt: Date)? {
        let found = try await history.observations(before: cursor, since: .distantPast, limit: 1, reading: .finding)
            .first
        return found.map { ($0.number, $0.receivedAt) }
    }

    private func newestEntry(before cursor: Int64) async throws -> (number: Int64, receivedAt: Date)? {
        let found = try await history.journal(before: cursor, since: .distantPast, byteLimit: 1).first
        return found.map { ($0.position, $0.receivedAt) }
    }

    /// Whether anything is left that was received before everything that this cursor leads past.
    func isAnythingKept(before cursor: Int64) async throws -> Bool {
        isJournal
            ? try await newestEntry(before: cursor) != nil : try await newestObservation(before: cursor) != nil
    }

    /// Whether findings are stored that were received from ``since`` until a moment.
    func isAnythingStored(before date: Date) async throws -> Bool {
        let cursor = try await observationCursor(at: date)
        return try await history.observations(before: cursor, since: since, limit: 1, reading: .finding).isEmpty
            == false
    }

    /// Whether the service may have observed anything before a moment.
    ///
    /// Observations are numbered from 1 on, so that the first one tells, unless it is gone.
    func wasAnythingObserved(before date: Date) async throws -> Bool {
        let first = try await history.observations(before: 2, since: .distantPast, limit: 1, reading: .finding).first
        return first.map { $0.receivedAt < date } ?? true
    }
}
