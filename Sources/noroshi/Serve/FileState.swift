import CoreFoundation
import FoundationEssentials
import Glibc

/// What one look at a file, without reading it, tells from another.
///
/// The change time is compared too: unlike the modification time nobody can set it, and giving a file other
/// permissions moves it, so that a file that could not be read is read once it can be (stat(2)).
enum FileState: Hashable {
    case there(Marks)
    /// It cannot be looked at; `errno`.
    case missing(Int32)

    struct Marks: Hashable {
        fileprivate var device: UInt
        fileprivate var inode: UInt
        fileprivate var size: Int
        fileprivate var modified: [Int]
        fileprivate var changed: [Int]
    }

    /// For how many seconds content and permissions have been as they are, by the wall clock.
    var age: Double {
        guard case .there(let marks) = self else { return .infinity }
        let changedAt = Double(marks.changed[0]) + Double(marks.changed[1]) / 1e9
        return abs(Date().timeIntervalSince1970 - changedAt)
    }

    /// The system's words for an `errno`.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    init(path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            self = .missing(errno)
            return
        }
        self = .there(
            Marks(
                device: UInt(facts.st_dev),
                inode: UInt(facts.st_ino),
                size: Int(facts.st_size),
                modified: [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec],
                changed: [facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec]
            )
        )
    }
}

/// Whether a file has been left alone long enough to be read: what is still being written would be read as a mix.
struct UnchangedFile {
    /// For so many looks it must have stayed as it is.
    let looks: Int
    private var last: FileState?
    private var same = 0

    init(looks: Int) { self.looks = looks }

    /// Takes one look.
    ///
    /// - Parameter state: The file as it is.
    /// - Returns: Whether it has been left alone long enough.
    mutating func look(_ state: FileState) -> Bool {
        same = state == last ? same + 1 : 0
        last = state
        return same >= looks
    }
}
