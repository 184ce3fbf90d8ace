import Synchronization

/// How many bytes of request bodies may be in memory at once; beyond it a sender is asked to come again.
///
/// Decoding takes several times a body's size, and a slow sender holds its share until it has sent all, so the sum is
/// bounded and not only each body. What counts is what was received: whoever announces much and sends little holds little.
package final class BodyBudget: Sendable {
    private struct State {
        var reserved = 0
        var shares: [UInt64: Share] = [:]
    }

    /// What one body holds.
    private struct Share {
        var bytes: Int
        /// Ends the request whose body it is; `nil` when it may not be displaced, or no longer.
        var displace: (@Sendable () -> Void)?
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let lastNumber = Atomic<UInt64>(0)

    /// - Parameter bytes: The sum that may be held.
    package init(bytes: Int = 32 * 1_048_576) { capacity = bytes }

    /// Room for a body, which holds nothing yet.
    ///
    /// - Parameter displace: Ends the request when its room is needed for another while its body is not complete; the one
    ///   that began first is the first to go. `nil` for a request that is never displaced.
    /// - Returns: The room, held until the last reference to it is gone.
    func room(displace: (@Sendable () -> Void)? = nil) -> Room { Room(budget: self, displace: displace) }

    private func number() -> UInt64 { lastNumber.add(1, ordering: .relaxed).newValue }

    private func grow(_ number: UInt64, to bytes: Int, _ displace: (@Sendable () -> Void)?) throws(Exhausted) {
        var displaced: [@Sendable () -> Void] = []
        let isReserved = state.withLock { state -> Bool in
            let held = state.shares[number]?.bytes ?? 0
            let more = max(0, bytes - held)
            // A body larger than the whole budget is let in when it is alone, or it could never be taken.
            while state.reserved + more > capacity, state.reserved > held {
                guard let victim = BodyBudget.oldest(state, but: number), let share = state.shares[victim] else {
                    return false
                }
                state.reserved -= share.bytes
                state.shares[victim] = nil
                if let end = share.displace { displaced.append(end) }
            }
            state.reserved += more
            state.shares[number] = Share(bytes: held + more, displace: displace)
            return true
        }
        for end in displaced { end() }
        guard isReserved else { throw Exhausted() }
    }

    private static func oldest(_ state: State, but number: UInt64) -> UInt64? {
        state.shares.filter { $0.key != number && $0.value.displace != nil }.keys.min()
    }

    private func keep(_ number: UInt64) { state.withLock { $0.shares[number]?.displace = nil } }

    private func giveBack(_ number: UInt64) {
        state.withLock { $0.reserved -= $0.shares.removeValue(forKey: number)?.bytes ?? 0 }
    }

    /// Room for one body.
    final class Room: Sendable {
        private let budget: BodyBudget
        private let number: UInt64
        private let displace: (@Sendable () -> Void)?
        private let isDisplacedStorage = Atomic(false)

        fileprivate init(budget: BodyBudget, displace: (@Sendable () -> Void)?) {
            self.budget = budget
            number = budget.number()
            self.displace = displace
        }

        /// Whether the room was given to another body.
        var isDisplaced: Bool { isDisplacedStorage.load(ordering: .relaxed) }

        /// Holds as much as the body is large by now.
        ///
        /// - Parameter bytes: All that was received of it.
        /// - Throws: ``Exhausted`` when there is no room, or the room was given to another body.
        func grow(to bytes: Int) throws(Exhausted) {
            guard isDisplaced == false else { throw Exhausted() }
            guard displace != nil else { return try budget.grow(number, to: bytes, nil) }
            try budget.grow(number, to: bytes) { [weak self] in
                self?.isDisplacedStorage.store(true, ordering: .relaxed)
                self?.displace?()
            }
        }

        /// The body is complete, and is not displaced any more.
        func keep() { budget.keep(number) }

        deinit { budget.giveBack(number) }
    }

    /// There is no room for another body at the moment.
    struct Exhausted: Error {
        static let detail = "More requests are being read at once than there is room for. Send this one again."
    }
}
