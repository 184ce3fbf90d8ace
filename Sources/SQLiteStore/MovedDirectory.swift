import Glibc

/// The mark of a data directory whose contents work elsewhere by now.
package enum MovedDirectory {
    static let file = "moved-to-database"

    /// Marks a directory, so that no service is started on it by mistake: what is pending there would be sent again.
    ///
    /// - Parameter directory: A data directory.
    /// - Throws: ``DataDirectoryError`` when that cannot be written.
    package static func mark(_ directory: String) throws(DataDirectoryError) {
        let descriptor = open("\(directory)/\(file)", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw DataDirectoryError(directory, "cannot be marked as moved", systemError: errno)
        }
        close(descriptor)
    }

    static func isMarked(_ directory: String) -> Bool { access("\(directory)/\(file)", F_OK) == 0 }

    /// - Throws: ``DataDirectoryError`` when the directory is marked.
    static func refuse(_ directory: String) throws(DataDirectoryError) {
        guard isMarked(directory) else { return }
        throw DataDirectoryError(
            directory,
            "was moved into a database by `noroshi migrate`, and what is pending in it would be sent twice: start with "
                + "--database, or remove the file \(file) from it to use it nevertheless"
        )
    }
}
