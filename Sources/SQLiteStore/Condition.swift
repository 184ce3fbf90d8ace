import GRDB
import Glibc
import Store
import Synchronization

/// What the connections have found out about the database and its disk; shared by all of them.
final class Condition: Sendable {
    private struct State {
        var health = StoreHealth()
        var troubleSince = ContinuousClock.now
    }

    /// So that the many who ask while all is well take no lock.
    private let isTroubled = Atomic<Bool>(false)
    private let state = Mutex(State())
    private let changed: Signal

    /// - Parameter changed: Sent when the health has changed in kind.
    init(changed: Signal) { self.changed = changed }

    var health: StoreHealth { state.withLock(\.health) }

    /// Why requests are refused, and for how long that has been known.
    var trouble: (trouble: StoreTrouble, since: ContinuousClock.Instant)? {
        guard isTroubled.load(ordering: .acquiring) else { return nil }
        return state.withLock { state in state.health.trouble.map { ($0, state.troubleSince) } }
    }

    /// From now on requests are refused; known again, the time until the next try begins anew.
    func enter(_ trouble: StoreTrouble) {
        change { state in
            state.health.trouble = trouble
            state.troubleSince = .now
        }
        isTroubled.store(true, ordering: .releasing)
    }

    /// Requests are taken again.
    func leave() {
        guard isTroubled.exchange(false, ordering: .acquiringAndReleasing) else { return }
        change { $0.health.trouble = nil }
    }

    /// Notes what says that a part of the database is damaged.
    func note(_ error: DatabaseError) {
        guard error.isDamage else { return }
        note(damage: error.message ?? "\(error.extendedResultCode)")
    }

    /// The same, in words.
    func note(damage: String) {
        change { state in
            guard state.health.damage == nil else { return }
            state.health.damage = damage
        }
    }

    /// Notes whether the log could be moved into the database.
    func checkpointed(_ trouble: StoreTrouble?) {
        // Most of the time nothing was wrong, and nothing is.
        change { state in
            state.health.checkpointTrouble = trouble
            if trouble != nil { state.health.checkpointFailures += 1 }
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let isNews = state.withLock { state in
            let before = state.health
            change(&state)
            return before.trouble?.kind != state.health.trouble?.kind || before.damage != state.health.damage
                || before.checkpointTrouble?.kind != state.health.checkpointTrouble?.kind
        }
        if isNews { changed.send() }
    }
}

extension DatabaseError {
    /// Whether it says that what is on the disk is not what was written.
    var isDamage: Bool {
        switch resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return true
        case .SQLITE_IOERR: return isUnreadable
        default: return false
        }
    }

    /// A place that cannot be read; others can.
    private var isUnreadable: Bool {
        [
            ResultCode.SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ, .SQLITE_IOERR_CORRUPTFS, .SQLITE_IOERR_DATA,
        ].contains(extendedResultCode)
    }

    /// Whether the transaction it came in cannot go on.
    var endsTransaction: Bool {
        switch resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_BUSY: true
        default: false
        }
    }

    /// What is wrong with the store; `nil` when the fault is that of what was asked of it.
    ///
    /// SQLite calls EIO, EDQUOT and EROFS the same; the number of the system is still known where the error came from.
    func trouble(_ db: Database, in files: [SystemErrors.File] = [.log, .database]) -> StoreTrouble? {
        trouble(systemError: SystemErrors.last(db, in: files))
    }

    /// The same for an errno, 0 when it is not known.
    func trouble(systemError number: CInt) -> StoreTrouble? {
        let words = message ?? "\(extendedResultCode)"
        switch resultCode {
        case .SQLITE_FULL: return StoreTrouble(.diskFull)
        case .SQLITE_READONLY:
            return extendedResultCode == .SQLITE_READONLY_DBMOVED
                ? StoreTrouble(.moved, words) : StoreTrouble(.readOnly, words)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: return StoreTrouble(.locked, words)
        case .SQLITE_NOMEM: return StoreTrouble(.unusable, words)
        case .SQLITE_IOERR where isUnreadable: return nil
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return StoreTrouble(systemError: number) ?? StoreTrouble(.ioError, words)
        default: return nil
        }
    }
}

extension StoreTrouble {
    /// What the system's number of an error means; `nil` for 0.
    init?(systemError number: CInt) {
        guard number != 0 else { return nil }
        let words = "\(String(cString: strerror(number))), errno \(number)"
        switch number {
        case ENOSPC: self.init(.diskFull)
        case EDQUOT: self.init(.quotaExceeded)
        case EROFS, EACCES, EPERM: self.init(.readOnly, words)
        default: self.init(.ioError, words)
        }
    }
}
