package import FoundationEssentials

/// One sign-in to the console.
package struct SessionRecord: Sendable, Hashable {
    /// SHA-256 of what the browser keeps, 32 bytes.
    package var id: [UInt8]
    /// The name of the token that was presented.
    package var token: String
    /// What tells that token from another of its name: the session ends with it.
    package var seal: [UInt8]
    package var createdAt: Date
    /// The last use, to the minute.
    package var usedAt: Date

    package init(id: [UInt8], token: String, seal: [UInt8], createdAt: Date, usedAt: Date) {
        self.id = id
        self.token = token
        self.seal = seal
        self.createdAt = createdAt
        self.usedAt = usedAt
    }

    /// How long a session lasts however it is used, in seconds.
    package static let lifetime = 12 * 3_600.0
    /// How long it lasts without being used, in seconds.
    package static let idleTime = 1_800.0
    /// Sessions of one listing: more than people sign in within ``lifetime``.
    package static let mostListed = 1_000

    /// Whether it has not ended by itself.
    package func isOpen(at now: Date) -> Bool {
        // A clock that was set back does not make a session live longer.
        let (age, rest) = (now.timeIntervalSince(createdAt), now.timeIntervalSince(usedAt))
        return (-60...SessionRecord.lifetime).contains(age) && (-60...SessionRecord.idleTime).contains(rest)
    }
}

/// What proves the forms of people who have no session: 32 bytes that only the store's processes know.
package struct FormSecret: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Another one each time.
    package static func random() -> FormSecret {
        // The system's own source, which is made for secrets.
        var generator = SystemRandomNumberGenerator()
        return FormSecret(bytes: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Says nothing of it.
    package var description: String { "FormSecret" }
}

/// The sign-ins to the console, which outlive a restart.
package protocol Sessions: Sendable {
    /// The store's own, made when it is first asked for: the same for every process that works on it, and after a restart.
    func formSecret() async throws -> FormSecret
    /// The session with this id; `nil` when there is none. Whether it is still open is for the caller to see.
    func session(_ id: [UInt8]) async throws -> SessionRecord?
    /// Adds a session; those that have ended by themselves are removed along the way.
    func begin(_ session: SessionRecord) async throws
    /// Notes that a session is used; one that has ended meanwhile does not begin again.
    func noteUse(of id: [UInt8], at moment: Date) async throws
    /// The sessions that have not ended by themselves, the last used first, ``SessionRecord/mostListed`` at most.
    func sessions(openAt now: Date) async throws -> [SessionRecord]
    /// Ends a session; one that is not there has ended.
    func endSession(_ id: [UInt8]) async throws

    /// Ends every session but one, all in one commit.
    ///
    /// - Parameters:
    ///   - kept: The id of the one that stays; `nil` for none.
    ///   - token: Only those of this token; `nil` for everybody's.
    ///   - now: The time, for which of them have not ended by themselves.
    /// - Returns: How many were open and have ended.
    /// - Throws: When it cannot be written; nothing has ended then.
    func endSessions(but kept: [UInt8]?, of token: String?, openAt now: Date) async throws -> Int
}
