import GRDB
import GRDBSQLite
import Synchronization

/// When the write-ahead log is moved into the database, by the connection that writes.
///
/// SQLite would do it in the middle of whatever commit made the log long enough, with everybody waiting; here it is done
/// when nobody waits, and otherwise only when the log is eight times as long.
final class Checkpoints: Sendable {
    /// In pages: what makes the work worth while.
    private static let least = 1_000
    private static let most = 8_000

    /// How many pages the log holds, as of the last commit.
    private let pages = Atomic<Int>(0)

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
        guard pages.load(ordering: .relaxed) >= (isIdle ? Checkpoints.least : Checkpoints.most) else { return }
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
