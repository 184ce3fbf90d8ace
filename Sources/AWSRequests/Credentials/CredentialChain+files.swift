import Glibc

extension CredentialChain {
    /// The longest file that is read, in bytes.
    private static let longest = 1 << 20

    /// The UTF-8 text of a file of at most 1 MiB.
    ///
    /// - Parameter path: Of the file.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``CredentialError`` with the path when there is one that cannot be read, is longer or no UTF-8.
    @Sendable package static func contents(_ path: String) throws(CredentialError) -> String? {
        let origin = "the file \(path)"
        // Not by Foundation, which reads no devices: /dev/null is how one says that there is nothing.
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let number = errno
            if number == ENOENT || number == ENOTDIR || isBehindClosedDoor(path, number) { return nil }
            throw CredentialError(origin, "it cannot be read: \(words(number))")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CredentialError(origin, "it cannot be read: \(words(errno))") }
            if count == 0 { break }
            bytes += buffer.prefix(count)
            guard bytes.count <= longest else { throw CredentialError(origin, "it is longer than 1 MiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialError(origin, "it is not UTF-8")
        }
        return text
    }

    /// Whether not even the directory of the file can be seen: a home that is closed to the process, as `ProtectHome=` of
    /// systemd closes it, holds nothing that is meant for it.
    private static func isBehindClosedDoor(_ path: String, _ number: Int32) -> Bool {
        guard number == EACCES, let slash = path.lastIndex(of: "/") else { return false }
        var status = stat()
        return stat(String(path[..<slash]), &status) != 0
    }

    private static func words(_ number: Int32) -> String { String(cString: strerror(number)) }

    /// The shared file that a variable names, or else the one of the home directory.
    ///
    /// - Returns: Where it is looked for, and what it says; `nil` for what there is not.
    /// - Throws: ``CredentialError`` when it cannot be read, or is named and missing.
    func sharedFile(_ variable: String, _ name: String) throws(CredentialError) -> (path: String?, file: SharedFile?) {
        if let path = value(variable) {
            guard let text = try read(path) else {
                throw CredentialError("the file \(path)", "\(variable) names it, and it does not exist")
            }
            return (path, SharedFile(text))
        }
        guard let home = value("HOME") else { return (nil, nil) }
        let path = "\(home)/.aws/\(name)"
        return (path, try read(path).map { SharedFile($0) })
    }
}
