import GRDB
import GRDBSQLite
import Synchronization

/// When the write-ahead log is moved into the database, by the connection that writes.
///
/// SQLite would do it in the middle of whatever commit made the log long enough, with everybody waiting; here it is done
/// when nobody waits, and otherwise only when the log is eight times as long.
final class Checkpoints: Sendable {
    /// What makes the work worth while.
    private static let leastBytes = 8 << 20
    private static let mostBytes = 64 << 20

    /// How many pages the log holds, as of the last commit.
    private let pages = Atomic<Int>(0)
    private let pageBytes: Int

    /// - Parameter pageBytes: The size of the database's pages.
    init(pageBytes: Int) { self.pageBytes = pageBytes }

    /// Watches the log of a connection, in the place of SQLite's own checkpoints; must live as long as the connection.
    func watch(_ db: Database) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, pages in
                if let context {
                    Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue()
                        .pages.store(Int(pages), ordering: .relaxed)
                }
                return SQLITE_OK
            },
            me
        )
    }

    /// Moves the log if it is time.
    ///
    /// - Parameters:
    ///   - db: The connection, outside of a transaction.
    ///   - isIdle: Whether nobody waits for a commit.
    func runIfDue(_ db: Database, isIdle: Bool) {
        let bytes = pages.load(ordering: .relaxed) * pageBytes
        guard bytes >= (isIdle ? Checkpoints.leastBytes : Checkpoints.mostBytes) else { return }
        do {
            try db.checkpoint(.passive)
            // What readers still need stays in the log, and the next commit tells its length.
            pages.store(0, ordering: .relaxed)
        } catch {
            // Nothing is lost: the log stays, and the next commit asks again. A full disk shows itself there.
            return
        }
    }
}
