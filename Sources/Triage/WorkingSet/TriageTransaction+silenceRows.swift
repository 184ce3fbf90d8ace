import Findings
import FoundationEssentials
import Routing

/// The ends of silences.
extension TriageTransaction {
    /// When a silence ends; `nil` when its end was dealt with, or there is no such silence.
    mutating func end(ofSilence id: String) throws -> Date? {
        var wanted = WantedRows()
        wanted.silences = [id]
        try load(wanted)
        return working.silenceEnds[id] ?? nil
    }

    /// A silence that has ended and was not dealt with.
    mutating func endedSilence(now: Date) throws -> EndedSilence? {
        guard let rows else { return working.endedSilence(now: now) }
        try send(.silences)
        return try rows.endedSilence(now: now)
    }

    mutating func close(silence id: String) {
        working.silenceEnds.change(nil, at: id)
        working.index?.silences.removeAll { $0.id == id }
    }
}
