import FoundationEssentials
import GRDB
import Glibc
import Store

/// A data directory beside which a service works on a database: nobody serves what is in it.
package enum LeftDirectory: Sendable, Hashable {
    /// There is no store in it, or one that was moved into a database.
    case nothing
    /// A store, in which nothing waits to be told; or nobody knows, since it cannot be read for this reason.
    case store(unreadable: String?)
    /// So many observations wait in it to be decided, and so many messages to be sent.
    case pending(observations: Int, messages: Int)

    /// Looks into a directory and changes nothing there.
    package init(_ directory: String) {
        let path = "\(directory)/\(DataDirectory.database)"
        guard FileManager.default.fileExists(atPath: path), MovedDirectory.isMarked(directory) == false else {
            self = .nothing
            return
        }
        do {
            let reader = try Reader(path: path, cacheBytes: 1 << 20, timeout: nil)
            let totals = try reader.readHere { try TotalsRows.read($0) }
            try reader.close()
            self =
                totals.waiting + totals.pending > 0
                ? .pending(observations: totals.waiting, messages: totals.pending) : .store(unreadable: nil)
        } catch {
            self = .store(unreadable: "\(error)")
        }
    }
}
