/// What only one transaction of all nodes may change at a time, because a count or the last number decides.
enum AdvisoryLock: String {
    case revisions, drafts, silences, shadows, replays, prune, partitions

    /// Named after the schema, since other schemas of the database may hold stores of their own.
    private var key: String { "hashtext(current_schema() || ':\(rawValue)')" }

    /// Waits until no other transaction holds it; what is read after that sees what the others did. It ends with the
    /// transaction.
    ///
    /// - Parameter session: In a transaction that has read nothing of what is locked.
    func take(_ session: Session) { session.later("SELECT pg_advisory_xact_lock(\(key))") }

    /// Takes it unless another transaction holds it.
    ///
    /// - Parameter session: In a transaction.
    /// - Returns: Whether it is taken.
    /// - Throws: What the session throws.
    func takeIfFree(_ session: Session) throws -> Bool {
        try session.first("SELECT pg_try_advisory_xact_lock(\(key))") { try $0.flag(0) } ?? false
    }
}
