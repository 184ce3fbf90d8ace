import Synchronization

/// The silences that are not over: read by whoever decides, replaced as a whole whenever one of them changes.
package final class ActiveSilences: Sendable {
    private struct State {
        var silences: [Silence]
        /// Of the reading that gave the silences.
        var ticket = 0
        var lastTicket = 0
        /// Compiled for the rules of a version; `nil` after a change.
        var compiled: (version: Int, table: SilenceTable)?
    }

    private let state: Mutex<State>

    package init(_ silences: [Silence] = []) { state = Mutex(State(silences: silences)) }

    /// The silences compiled for the rules, anew when either has changed.
    package func table(for routes: RoutingTable) -> SilenceTable {
        state.withLock { state in
            if let compiled = state.compiled, compiled.version == routes.version { return compiled.table }
            let table = SilenceTable(state.silences, for: routes)
            state.compiled = (routes.version, table)
            return table
        }
    }

    /// The silences compiled for rules that are not in force; those that are stay compiled.
    package func table(apartFrom routes: RoutingTable) -> SilenceTable {
        SilenceTable(state.withLock { $0.silences }, for: routes)
    }

    /// Begins a reading of the silences from where they are stored.
    ///
    /// - Returns: What ``replace(with:ticket:)`` wants to see, so that of two readings at once the later one stands.
    package func ticket() -> Int {
        state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
    }

    /// Puts what was read in force, unless something that was read later is in force already.
    package func replace(with silences: [Silence], ticket: Int) {
        state.withLock { state in
            guard ticket > state.ticket else { return }
            state.silences = silences
            state.ticket = ticket
            state.compiled = nil
        }
    }
}
