/// Why the store does not take what it is given: a fault of the disk or of the files, not of what was given.
///
/// Told apart by what a person has to do about it.
package struct StoreTrouble: Error, Hashable, Sendable {
    package var kind: Kind
    /// What was found, e.g. the system's words and number; may be empty.
    package var detail: String

    package init(_ kind: Kind, _ detail: String = "") {
        self.kind = kind
        self.detail = detail
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// ENOSPC.
        case diskFull
        /// EDQUOT.
        case quotaExceeded
        /// EROFS, or files without the right to write them.
        case readOnly
        /// EIO and whatever else the system says of a write or a sync that failed.
        case ioError
        /// Another process holds the database locked.
        case locked
        /// What stands at the path is not what is open, or nothing stands there.
        case moved
        /// A write has not come back.
        case stalled
        /// The database's server does not answer, or takes no writes.
        case unreachable
        /// The database's server answers, and does not let this program in.
        case refused
        /// Nothing of the above.
        case unusable
    }

    /// Whether giving the reserve up helps.
    package var isWantOfSpace: Bool { kind == .diskFull || kind == .quotaExceeded }

    /// Whether it is over as soon as the database can be used again: what was asked may be asked again then.
    package var isOfServer: Bool { kind == .unreachable || kind == .refused }

    package static let damageAdvice = "stop the service and run `noroshi check --data DIRECTORY`, which says what to do"
}

extension StoreTrouble: CustomStringConvertible {
    /// What is wrong and what to do, one sentence.
    package var description: String {
        let found = detail.isEmpty ? "" : " (\(detail))"
        return switch kind {
        case .diskFull:
            "the disk is full\(found): new requests are refused until there is room"
        case .quotaExceeded:
            "the disk quota is used up\(found): new requests are refused until the quota of the service's user is "
                + "raised or there is room"
        case .readOnly:
            "the data directory cannot be written\(found): the file system is read-only, or the files lack the right "
                + "to be written by this user"
        case .ioError:
            "the disk fails\(found): look at the kernel's log for the disk of the data directory, and move the data if "
                + "it goes on"
        case .locked:
            "the database is locked by another process\(found): end whatever else writes to it"
        case .moved:
            "the files of the data directory are not the ones that are open\(found): put them back, or restart the "
                + "service"
        case .stalled: "the disk does not answer\(found): look at the kernel's log for the disk of the data directory"
        case .unreachable:
            "the database cannot be reached\(found): look whether its server runs, and whether this machine may connect to it"
        case .refused:
            "the database's server answers and does not let this program in\(found): look at the role, the password and the "
                + "database that the address names, and at what the server allows them"
        case .unusable: "the store does not work\(found)"
        }
    }
}
