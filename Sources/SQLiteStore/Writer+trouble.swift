import Dispatch
import GRDB
import Glibc
import Store
import Synchronization

/// What is wrong with the disk, the database or its files: found out, told, and ended.
extension Writer {
    /// Finds out whether a commit works, and whether the files are still there; ends a trouble that is over.
    func examine() async {
        await withCheckedContinuation { continuation in
            connection.asyncWriteWithoutTransaction { db in
                self.examine(db)
                continuation.resume()
            }
        }
    }

    func examine(_ db: Database) {
        checkpoints.runIfFailed(db)
        let lastCommit = state.withLock(\.lastCommit)
        if let moved = files.trouble() { return condition.enter(moved) }
        guard let trouble = condition.trouble?.trouble else {
            if lastCommit.duration(to: .now) > Writer.silence { probe(db) }
            return
        }
        if mayTry(trouble) { probe(db) }
    }

    /// Commits something that changes nothing of what is kept.
    func probe(_ db: Database) {
        do {
            try db.inTransaction(.immediate) {
                try db.run(
                    "INSERT INTO totals VALUES ('probes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
                    []
                )
                return .commit
            }
            state.withLock { $0.lastCommit = .now }
            condition.leave()
        } catch {
            if let trouble = trouble(of: error, db) { condition.enter(trouble) }
        }
    }

    /// Moves the log into the database for the last time, so that closing leaves nothing in it.
    func finishLog(_ db: Database) throws {
        if let obstacle = checkpoints.obstacle(isLast: true) { throw Writer.unfinished(obstacle) }
        do {
            try StoreOpening.noteClosed(db)
        } catch {
            // The next start then takes the log for one that is needed, which it is if this has failed.
            condition.checkpointed(trouble(of: error, db))
        }
        if let obstacle = checkpoints.obstacle(isLast: true) { throw Writer.unfinished(obstacle) }
        try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        try StoreOpening.keepLog(false, db)
    }

    private static func unfinished(_ obstacle: StoreTrouble) -> StoreTrouble {
        StoreTrouble(obstacle.kind, obstacle.detail + "; nothing of the log was moved into the database at the end")
    }

    /// What an error says of the store; `nil` when it says nothing of it.
    func trouble(of error: any Error, _ db: Database) -> StoreTrouble? {
        guard let error = error as? DatabaseError else { return nil }
        condition.note(error)
        return error.trouble(db)
    }

    /// Whether what is wrong may be over, so that a commit is worth trying.
    func mayTry(_ trouble: StoreTrouble) -> Bool {
        switch trouble.kind {
        case .diskFull, .quotaExceeded:
            guard reserve.regain() else { return false }
            condition.leave()
        case .moved:
            guard look() == nil else { return false }
            condition.leave()
        case .readOnly, .ioError, .locked, .stalled, .unreachable, .refused, .unusable: break
        }
        return true
    }

    /// Compares what is open with what stands in the directory.
    func look() -> StoreTrouble? {
        looked.withLock { $0 = .now }
        return files.trouble()
    }

    /// Ends requests with the reason why they are not accepted.
    func refuse(_ writes: inout [QueuedWrite], _ trouble: StoreTrouble) {
        for write in writes where write.isRefused(by: trouble) { write.finish(IntakeError(trouble)) }
        writes.removeAll { $0.isRefused(by: trouble) }
    }
}

extension QueuedWrite {
    var isAccept: Bool {
        if case .accept = kind { true } else { false }
    }

    /// Whether somebody takes its success to mean that it will be there after a restart.
    var isRequest: Bool {
        switch kind {
        case .accept, .asked: true
        case .short, .long: false
        }
    }

    /// Whether it is not even tried while this is wrong: what was accepted before goes on as far as it can.
    func isRefused(by trouble: StoreTrouble) -> Bool {
        isAccept || isRequest && trouble.kind == .moved
    }

    var weight: Int { 1 + byteCount / Writer.requestBytes }
}

extension IntakeError {
    init(_ trouble: StoreTrouble) {
        self = trouble.kind == .diskFull ? .diskFull : .unwritable(trouble)
    }
}
