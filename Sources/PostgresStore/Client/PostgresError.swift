import Store

/// What a PostgreSQL server refused, or why it could not be asked.
struct PostgresError: Error, Hashable, CustomStringConvertible {
    /// The five characters of PostgreSQL's Appendix A; `nil` when no server answered.
    var state: String?
    /// The server's words, or libpq's, without a password.
    var message: String
    /// The constraint that was violated.
    var constraint: String?
    /// The server ended the session with it (`FATAL`, `PANIC`): a commit may have happened before.
    var isFatal = false

    var description: String { state.map { "PostgreSQL says \($0): \(message)" } ?? "PostgreSQL: \(message)" }

    /// Nobody knows whether what was sent has happened.
    var isConnectionLost: Bool { state == nil }

    /// The session cannot be used any more although the server answered: it shuts down, or it is a standby now.
    var endsConnection: Bool {
        guard let state, isFatal == false else { return true }
        // 57P01 admin_shutdown, 57P02 crash_shutdown, 57P03 cannot_connect_now, 25006 read_only_sql_transaction.
        return ["57P01", "57P02", "57P03", "57P05", "25006"].contains(state) || state.hasPrefix("08")
    }

    /// The transaction lost against another one and may be tried again at once.
    var isConflict: Bool { state == "40001" || state == "40P01" }

    /// A statement that was prepared is not there, or is there already: a pooler stands between (26000, 42P05).
    var isForgottenStatement: Bool { state == "26000" || state == "42P05" }

    var isUniqueViolation: Bool { state == "23505" }

    /// No partition takes the row; other checks that fail have a name.
    var isPartitionMissing: Bool { state == "23514" && constraint == nil }

    var isTableMissing: Bool { state == "42P01" }

    /// What is wrong with the store; `nil` when the fault is that of what was asked of it.
    var trouble: StoreTrouble? {
        guard let state else { return StoreTrouble(.unreachable, message) }
        switch state {
        case "53100": return StoreTrouble(.diskFull, message)
        case "28P01", "28000", "3D000": return StoreTrouble(.refused, message)
        case "42501" where isFatal: return StoreTrouble(.refused, message)
        case "25006", "57P01", "57P02", "57P03", "57P05", "53300", "53200":
            return StoreTrouble(.unreachable, message)
        case "58030", "XX001", "XX002": return StoreTrouble(.ioError, message)
        case "55P03", "57014": return StoreTrouble(.locked, message)
        default: return state.hasPrefix("08") ? StoreTrouble(.unreachable, message) : nil
        }
    }
}

extension PostgresError {
    /// Why there is no connection.
    ///
    /// - Parameter words: libpq's, which hold the server's where it answered; the code it answers with is not to be had
    ///   from libpq for a connection that was refused.
    init(refusal words: String) {
        let known: [(state: String, words: [String])] = [
            ("28P01", ["password authentication failed", "no password supplied"]),
            ("3D000", ["FATAL:  database \""]),
            ("42501", ["FATAL:  permission denied for database"]),
            (
                "28000",
                [
                    "FATAL:  role \"", "authentication failed for user", "no pg_hba.conf entry",
                    "pg_hba.conf rejects connection",
                ]
            ),
        ]
        let state = known.first { $0.words.contains { words.contains($0) } }?.state
        self.init(state: state, message: words, isFatal: state != nil)
    }
}
