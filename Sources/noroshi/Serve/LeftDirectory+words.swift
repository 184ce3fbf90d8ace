import SQLiteStore

/// A directory was named beside the database, and somebody waits for what is in it.
struct PendingBesideDatabase: Error, CustomStringConvertible {
    let description: String
}

extension LeftDirectory {
    /// What is to be said of a directory that was named beside a database.
    ///
    /// - Parameter directory: As it was named.
    /// - Returns: A warning; `nil` where nothing is left there.
    /// - Throws: ``PendingBesideDatabase``.
    func warning(_ directory: String) throws(PendingBesideDatabase) -> String? {
        let left = "with a database the data directory \(directory) is not served"
        let advice = "`noroshi migrate --from \(directory)` moves what is in it into a database that is empty"
        switch self {
        case .nothing: return nil
        case .store(unreadable: nil):
            return "\(left): its findings, rules and history are not seen; \(advice)"
        case .store(let reason?):
            return "\(left), and it cannot be read (\(reason)), so that nobody knows what waits in it; \(advice)"
        case .pending(let observations, let messages):
            throw PendingBesideDatabase(
                description: """
                    \(left), and in it wait \(observations) observations and \(messages) messages that nobody would be \
                    told of: \(advice); to leave them behind, leave --data out
                    """
            )
        }
    }
}
