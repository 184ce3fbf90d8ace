import FoundationEssentials
import Store

/// A past that nobody reads to its end.
struct EndlessPast: History {
    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        try await ContinuousClock().sleep(for: .seconds(3_600))
        return []
    }

    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] { [] }
    var metered: any History { self }
    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] { [] }
}
