import Findings
package import Store
import Synchronization

/// The redelivery keys of the events that came last, so that a sender can be told at once that an event was sent before.
///
/// Only a courtesy: applying decides, by what is on disk, and counts. Whatever is older than what is kept here is answered as
/// accepted.
package final class SeenEvents: Sendable {
    private struct State {
        var known: Set<Int> = []
        /// The same, in the order in which they came; a ring once it is full.
        var order: [Int] = []
        var next = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: How many keys are kept, 1 or more; each takes about 50 bytes.
    package init(limit: Int = 65_536) { self.limit = max(1, limit) }

    /// Remembers the keys.
    ///
    /// - Parameter keys: Of the events of one request; `nil` for those without one.
    /// - Returns: For each whether it was known before, in this request or in an earlier one.
    func insert(_ keys: [String?]) -> [Bool] {
        // Hashed with this process's own seed, so that nobody can choose two that are the same.
        let hashes = keys.map { $0?.hashValue }
        return state.withLock { state in
            hashes.map { hash in
                guard let hash else { return false }
                guard state.known.insert(hash).inserted else { return true }
                if state.order.count < limit {
                    state.order.append(hash)
                } else {
                    state.known.remove(state.order[state.next])
                    state.order[state.next] = hash
                    state.next = (state.next + 1) % limit
                }
                return false
            }
        }
    }

    /// Remembers what was accepted before the process was started.
    ///
    /// - Parameter entries: In any order.
    package func remember(_ entries: [JournalEntry]) {
        for entry in entries {
            do throws(FindingDecodingError) {
                let body = try FindingDecoder().decodeAgain(
                    entry.body,
                    requestID: entry.requestID,
                    accepted: entry.observations
                )
                _ = insert(body.items.map(\.redeliveryKey))
            } catch {
                // What cannot be read any more is not recognised; applying reports it.
                continue
            }
        }
    }
}

extension DecodedBody.Item {
    var redeliveryKey: String? {
        guard case .event(let event) = self, event.observations.isEmpty == false else { return nil }
        return event.redeliveryKey
    }
}
