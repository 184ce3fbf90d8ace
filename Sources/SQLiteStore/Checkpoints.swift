import GRDB
import GRDBSQLite
import Store
import Synchronization

/// When the write-ahead log is moved into the database, by the connection that writes.
///
/// SQLite would do it in the middle of whatever commit made the log long enough, with everybody waiting; here it is done
/// when nobody waits, and otherwise only when the log is eight times as long.
final class Checkpoints: Sendable {
    /// What makes the work worth while.
    private static let leastBytes = 8 << 20
    private static let mostBytes = 64 << 20
    /// After a failure the disk is given some time before it is asked again.
    private static let rest = Duration.seconds(5)

    /// How many pages the log holds, as of the last commit.
    private let pages = Atomic<Int>(0)
    /// The same, also after what they hold was moved: as long as SQLite takes the log to be.
    private let frames = Atomic<Int>(0)
    private let pageBytes: Int
    private let files: OpenFiles
    private let condition: Condition
    private let restsUntil = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameters:
    ///   - pageBytes: The size of the database's pages.
    ///   - files: What is open; only what still stands there is moved.
    ///   - condition: Hears whether it works.
    init(pageBytes: Int, files: OpenFiles, condition: Condition) {
        self.pageBytes = pageBytes
        self.files = files
        self.condition = condition
    }

    /// How much of the log has not been moved, as of the last commit.
    var logBytes: Int { pages.load(ordering: .relaxed) * pageBytes }

    /// Watches the log of a connection, in the place of SQLite's own checkpoints; must live as long as the connection.
    func watch(_ db: Database) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, pages in
                if let context {
                    let checkpoints = Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue()
                    checkpoints.pages.store(Int(pages), ordering: .relaxed)
                    checkpoints.frames.store(Int(pages), ordering: .relaxed)
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
        guard logBytes >= (isIdle ? Checkpoints.leastBytes : Checkpoints.mostBytes) else { return }
        run(db)
    }

    /// Tries again what has failed, although the log may have become short meanwhile.
    func runIfFailed(_ db: Database) {
        if restsUntil.withLock({ $0 != nil }) { run(db) }
    }

    /// Why nothing of the log may be moved now; `nil` when it may.
    ///
    /// SQLite goes by an index in memory. From a file that was cut it would take holes for pages, and write them over
    /// those of a database that is whole.
    ///
    /// - Parameter isLast: Whether nothing is written to the log any more.
    /// - Returns: What is wrong, in words for people.
    func obstacle(isLast: Bool = false) -> StoreTrouble? {
        files.trouble(mayLackLog: isLast)
            ?? files.missingFrames(frames.load(ordering: .relaxed), pageBytes: pageBytes)
    }

    private func run(_ db: Database) {
        if let end = restsUntil.withLock({ $0 }), end > .now { return }
        if let obstacle = obstacle() {
            restsUntil.withLock { $0 = .now + Checkpoints.rest }
            return condition.checkpointed(obstacle)
        }
        do {
            try db.checkpoint(.passive)
            // What readers still need stays in the log, and the next commit tells its length.
            pages.store(0, ordering: .relaxed)
            restsUntil.withLock { $0 = nil }
            condition.checkpointed(nil)
        } catch {
            // Nothing is lost: the log stays.
            restsUntil.withLock { $0 = .now + Checkpoints.rest }
            let failure = error as? DatabaseError
            if let failure { condition.note(failure) }
            condition.checkpointed(failure?.trouble(db, in: [.database, .log]) ?? StoreTrouble(.ioError, "\(error)"))
        }
    }
}
