import Synchronization

/// How many bytes of request bodies may be in memory at once; beyond it a sender is asked to come again.
///
/// Decoding takes several times a body's size, and a slow sender holds its share until it has sent all, so the sum is
/// bounded and not only each body.
package final class BodyBudget: Sendable {
    /// Even an empty request holds a connection, a task and a decoded event.
    static let least = 8_192

    private let capacity: Int
    private let reserved = Mutex(0)

    /// - Parameter bytes: The sum that may be held; every request counts for 8 KiB at least.
    package init(bytes: Int = 32 * 1_048_576) { capacity = bytes }

    /// Reserves room for a body.
    ///
    /// - Parameter bytes: The body's declared length, or the most it can be.
    /// - Returns: The room, held until the last reference to it is gone.
    /// - Throws: ``Exhausted`` when there is none.
    func room(for bytes: Int) throws(Exhausted) -> Room {
        let share = max(bytes, BodyBudget.least)
        let isReserved = reserved.withLock { reserved in
            // A body larger than the whole budget is let in when it is alone, or it could never be taken.
            guard reserved + share <= capacity || reserved == 0 else { return false }
            reserved += share
            return true
        }
        guard isReserved else { throw Exhausted() }
        return Room(budget: self, share: share)
    }

    private func giveBack(_ share: Int) { reserved.withLock { $0 -= share } }

    /// Room for one body.
    final class Room: Sendable {
        private let budget: BodyBudget
        private let share: Int

        fileprivate init(budget: BodyBudget, share: Int) {
            self.budget = budget
            self.share = share
        }

        deinit { budget.giveBack(share) }
    }

    /// There is no room for another body at the moment.
    struct Exhausted: Error {
        static let detail = "More requests are being read at once than there is room for. Send this one again."
    }
}
