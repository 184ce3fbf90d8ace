import GRDB
import Store
import Synchronization
import Triage

/// One write that waits for its commit.
struct QueuedWrite: Sendable {
    let kind: Kind
    /// How much memory it holds while it waits.
    let byteCount: Int
    /// Runs inside the transaction, perhaps twice when the first transaction failed; reports what it does to the totals.
    let run: @Sendable (Database, inout TotalsChange) throws -> Void
    /// Lets the caller go on: the write is on disk, or it failed for this reason.
    let finish: @Sendable ((any Error)?) -> Void

    enum Kind: Sendable {
        /// A request that wants to come in: refused when too many wait, and when the disk is full. `isSingle` when the
        /// write is one statement, which SQLite undoes by itself when it fails.
        case accept(isSingle: Bool)
        /// Short: shares its transaction with whatever else waits.
        case short
        /// Short, for somebody who takes the answer to mean that it is on disk: refused when the files are gone.
        case asked
        /// Long: a transaction of its own, taken in turns with the others.
        case long
    }

    /// Where the value of a write is kept between the transaction and the commit.
    final class Slot<Value: Sendable>: Sendable {
        private let value = Mutex<Value?>(nil)

        func put(_ new: Value) { value.withLock { $0 = new } }

        func take() -> Value? { value.withLock { $0 } }
    }
}
