import FoundationEssentials
import Store
import Synchronization

/// A past that nobody gets to see before it is opened.
final class GatedPast: History {
    private struct State {
        var isOpen = false
        var isEntered = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watching: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Returns once somebody waits.
    func entered() async {
        await withCheckedContinuation { continuation in
            let isEntered = state.withLock { state in
                if state.isEntered == false { state.watching.append(continuation) }
                return state.isEntered
            }
            if isEntered { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        await withCheckedContinuation { continuation in
            let (isOpen, watching) = state.withLock { state in
                if state.isOpen == false { state.waiting.append(continuation) }
                state.isEntered = true
                defer { state.watching = [] }
                return (state.isOpen, state.watching)
            }
            if isOpen { continuation.resume() }
            for one in watching { one.resume() }
        }
        try Task.checkCancellation()
        return []
    }

    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] { [] }
    var metered: any History { self }
    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] { [] }
}
