import Dispatch
import Findings
import GRDB
import Store
import Synchronization
import Triage

/// The embedded store: one SQLite database in a directory of its own, for one process.
///
/// One connection does every commit and every checkpoint, and the others only read: SQLite before 3.51.3 can lose
/// commits when several connections write or checkpoint at once (sqlite.org/wal.html, "The WAL-Reset Bug").
package final class SQLiteStore: Sendable {
    package let directory: String
    /// What a person should know about how the store was opened, one sentence each.
    package let openingNotes: [String]
    /// What somebody has to look into, one sentence each.
    package let openingWarnings: [String]

    let writer: Writer
    /// For the pipeline itself, which never waits behind somebody's question.
    let pipeline: Reader
    let questions: [Reader]
    /// For who has to know how much it takes.
    let meteredReader: MeteredReader
    private let nextReader = Atomic<Int>(0)
    /// The place of the next claim in the order of all claims.
    let claimOrder: Atomic<Int64>
    /// Claimed, but not given out, and not put back yet.
    let unreadClaims = Mutex<[QueueRows.ClaimPlace]>([])
    /// Tells what this process runs from what one before it ran.
    let opening = Int64.random(in: Int64.min..<0)
    /// Groups of which something cannot be read, so that the others are told.
    let unreadableGroups = Mutex<Set<Int64>>([])
    let acceptedSignal = Signal()
    let queuedSignal = Signal()
    let timerSignal = Signal()
    let quarantineSignal = Signal()
    package let quarantineLimit: Int
    let preloading: TriageTransaction.Preloading
    let counting: TriageTransaction.Counting
    let healthSignal = Signal()
    private let lock: Mutex<DataDirectory?>

    /// Opens the store in a directory, which is created if it is missing, and locks it for this process.
    ///
    /// - Parameters:
    ///   - directory: Where everything is kept.
    ///   - options: Sizes and times.
    /// - Throws: ``DataDirectoryError`` when the directory cannot be used or another process uses it;
    ///   ``UnsafeDatabaseError`` when commits would not reach the disk; `DatabaseError` when the database cannot be read.
    package init(directory: String, options: SQLiteStoreOptions = SQLiteStoreOptions()) throws {
        let locked = try DataDirectory(directory)
        try MovedDirectory.refuse(directory)
        var notes = locked.notes
        let path = "\(directory)/\(DataDirectory.database)"
        let condition = Condition(changed: healthSignal)
        let opening: StoreOpening
        do {
            opening = try StoreOpening(locked, options)
        } catch let error as DatabaseError {
            throw StoreOpening.refusal(error, directory)
        } catch let error as StoredFormError {
            throw DataDirectoryError(directory, "holds a damaged database (\(error)). \(DataCheck.advice(directory))")
        }
        notes += opening.notes
        let connection = opening.connection
        let reserve = ReserveFile(directory: directory, byteCount: options.reserveBytes)
        if reserve.hold() == false {
            notes.append("the disk of \(directory) has no room for the reserve of \(options.reserveBytes) bytes")
        }
        let log = WriteAheadLogReserve(database: path, byteCount: options.logBytes).take()
        if log == nil {
            notes.append(
                "the disk of \(directory) has no room for a log of \(options.logBytes) bytes; commits will be slower"
            )
        }
        self.directory = directory
        quarantineLimit = options.quarantineBytes
        preloading = options.preloading
        counting = options.counting
        claimOrder = Atomic(try connection.read { try QueueRows.nextOrder($0) })
        writer = try Writer(
            connection,
            reserve: reserve,
            accepted: acceptedSignal,
            condition: condition,
            files: OpenFiles(
                directory: directory,
                files: [DataDirectory.database, DataDirectory.log],
                log: DataDirectory.log
            ),
            options: options
        )
        pipeline = try Reader(path: path, cacheBytes: options.cacheBytes / 8, timeout: nil, condition: condition)
        func reader() throws -> Reader {
            try Reader(
                path: path,
                cacheBytes: options.cacheBytes / 8,
                timeout: options.readTimeout,
                condition: condition
            )
        }
        questions = try (0..<2).map { _ in try reader() }
        meteredReader = MeteredReader(connection: try reader())
        openingNotes = notes
        openingWarnings = opening.warnings
        lock = Mutex(locked)
        // Last: nobody else may write to the log while it grows, and what fails above gives the lock back.
        if let log { writer.lengthen(log) }
    }

    /// Looks for damage that opening has not met, for at most half a second, while the store is used.
    ///
    /// - Returns: What a person should know when the database was too large for that, one sentence.
    /// - Throws: ``DataDirectoryError`` when the database is damaged: nobody should be let in.
    package func checkAtStart() async throws -> String? {
        let directory = directory
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "noroshi.store.check").async {
                continuation.resume(
                    with: Result {
                        do {
                            return try StartCheck.whole("\(directory)/\(DataDirectory.database)", directory)
                        } catch let error as DatabaseError {
                            throw StoreOpening.refusal(error, directory)
                        }
                    }
                )
            }
        }
    }

    /// Finishes the writes that wait, refuses later ones, checkpoints, closes every connection and unlocks the directory.
    ///
    /// - Throws: ``StoreTrouble`` when the files are not those that were opened: nothing is moved into the database then;
    ///   `DatabaseError` when the checkpoint fails.
    package func close() async throws {
        var failure: (any Error)?
        do {
            try await writer.close()
        } catch {
            failure = error
        }
        acceptedSignal.finish()
        queuedSignal.finish()
        timerSignal.finish()
        quarantineSignal.finish()
        healthSignal.finish()
        try pipeline.close()
        for reader in questions + [meteredReader.connection] { try reader.close() }
        try writer.connection.close()
        lock.withLock { $0 = nil }
        if let failure { throw failure }
    }

    /// Asks on whichever of the reading connections has its turn.
    func ask<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let next = nextReader.wrappingAdd(1, ordering: .relaxed).oldValue
        return try await questions[abs(next % questions.count)].read(body)
    }

    /// Fixed in 3.51.3, and in 3.44.6 and 3.50.7 (sqlite.org/wal.html).
    static func hasResetBug(_ version: String) -> Bool {
        let parts = version.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 3, parts[0] == 3 else { return true }
        let (minor, patch) = (parts[1], parts[2])
        switch minor {
        case 44: return patch < 6
        case 50: return patch < 7
        case 51: return patch < 3
        default: return minor < 51
        }
    }
}
