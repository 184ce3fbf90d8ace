import Findings
package import FoundationEssentials
package import Store

extension PostgresStore: History {
    package func observations(
        before: Int64?,
        since: Date,
        limit: Int,
        reading part: ObservedPart
    ) async throws -> [ObservedFinding] {
        try await ask {
            try HistoryRows.observations(before: before, since: since, limit: limit, reading: part, $0)
        }
    }

    package func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] {
        try await ask { try HistoryRows.hidden(by: silence, limit: limit, $0) }
    }

    package func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] {
        try await ask { try HistoryRows.journal(before: before, since: since, byteLimit: byteLimit, $0) }
    }

    package func journalCursor(at date: Date) async throws -> Int64 {
        // As long as it takes to walk back there: whoever asks reads all of that.
        try await pipeline.transaction { try JournalPages.cursor(at: date, $0) }
    }

    package var metered: any History { MeteredHistory(store: self) }
}

/// What was observed, read where the processor time of that is known.
private struct MeteredHistory: History {
    let store: PostgresStore

    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        try await ask {
            try HistoryRows.observations(before: before, since: since, limit: limit, reading: part, $0)
        }
    }

    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] {
        try await ask { try HistoryRows.hidden(by: silence, limit: limit, $0) }
    }

    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] {
        try await ask { try HistoryRows.journal(before: before, since: since, byteLimit: byteLimit, $0) }
    }

    func journalCursor(at date: Date) async throws -> Int64 { try await store.journalCursor(at: date) }

    var metered: any History { self }

    private func ask<Value: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        try await store.ask(on: store.meteredReader, body)
    }
}
