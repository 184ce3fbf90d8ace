import Findings
package import FoundationEssentials
package import Store

extension SQLiteStore: History {
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

    package var metered: any History { MeteredHistory(reader: meteredReader) }
}

/// What was observed, read where the processor time of that is known.
private struct MeteredHistory: History {
    let reader: MeteredReader

    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        try await reader.read {
            try HistoryRows.observations(before: before, since: since, limit: limit, reading: part, $0)
        }
    }

    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] {
        try await reader.read { try HistoryRows.hidden(by: silence, limit: limit, $0) }
    }

    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] {
        try await reader.read { try HistoryRows.journal(before: before, since: since, byteLimit: byteLimit, $0) }
    }

    var metered: any History { self }
}
