import FoundationEssentials
import Store

extension SourceBoard {
    struct Entry {
        var state: SourceState
        /// When messages could last not be deleted; `nil` once that is over. An answer with messages does not end it.
        var deletionFailedAt: Date?
    }

    /// Puts an end to a failure, and gives what it was.
    static func end(_ entry: inout Entry) -> SourceState.Failure? {
        defer { entry.state.failure = nil }
        entry.state.phase = .pulling
        return entry.state.failure
    }
}
