import FoundationEssentials
import Logging
package import Store

/// Who is signed in to the console, and ending that.
package struct SessionOperations: Sendable {
    let audit: Audit
    let sessions: any Sessions
    let changes: ChangeFeed
    let now: @Sendable () -> Date
    /// Whom the proxy in front has named lately.
    package let visits = ProxyVisits()

    /// Whose sessions somebody may end.
    package enum Reach: Sendable, Hashable {
        case own
        case everybody
    }

    /// Everybody who is signed in, the last used session first.
    ///
    /// - Parameter isHeld: Whether the token of a session is still known: it ends with it.
    /// - Returns: Their sessions, at most ``SessionRecord/mostListed`` of each kind.
    /// - Throws: When they cannot be read.
    package func list(isHeld: (SessionRecord) -> Bool) async throws -> [OpenSession] {
        let now = now()
        let kept = try await sessions.sessions(openAt: now).filter(isHeld).map { OpenSession($0) }
        return (kept + visits.open(at: now).map { OpenSession($0) })
            .sorted { ($1.usedAt, $0.person) < ($0.usedAt, $1.person) }
    }

    /// Ends a session, wherever it is open.
    ///
    /// - Parameters:
    ///   - handle: Which.
    ///   - reach: Whose sessions the author may end.
    ///   - author: Who asks.
    /// - Throws: ``SessionRefusal``, or when it cannot be written.
    package func end(_ handle: String, reach: Reach, by author: Author) async throws {
        // One whose token is gone may as well be ended.
        guard let session = try await list(isHeld: { _ in true }).first(where: { $0.handle == handle }) else {
            throw SessionRefusal.unknown
        }
        guard reach == .everybody || session.person == author.person else { throw SessionRefusal.ofSomebodyElse }
        guard let id = session.id else { throw SessionRefusal.ofTheProxy }
        try await sessions.endSession(id)
        await changes.askAgain()
        author.log("a session was ended", ["session": .string(handle), "person": .string(session.person)])
        await audit.note(author.entry("session.end", session.person, after: "session \(handle) ended"), by: author)
    }

    /// Ends every session but one.
    ///
    /// - Parameters:
    ///   - kept: The handle of the one that stays, in which the author asks; `nil` to end them all.
    ///   - reach: Whose sessions are meant: the author's own, or those of everybody.
    ///   - author: Who asks.
    /// - Returns: How many were ended. Those of the proxy are not among them.
    /// - Throws: ``SessionRefusal/unknown`` when the one that stays is not there, or when it cannot be written; nothing has
    ///   ended then.
    package func endAll(but kept: String?, of reach: Reach, by author: Author) async throws -> Int {
        var own: [UInt8]?
        if let kept {
            // Rather none is ended than the one in which somebody asks.
            guard let session = try await list(isHeld: { _ in true }).first(where: { $0.handle == kept }) else {
                throw SessionRefusal.unknown
            }
            own = session.id
        }
        let ended = try await sessions.endSessions(but: own, of: reach == .own ? author.person : nil, openAt: now())
        await changes.askAgain()
        author.log("sessions were ended", ["count": "\(ended)", "of": "\(reach)"])
        let subject = reach == .own ? author.person : "everybody"
        await audit.note(author.entry("session.end", subject, after: "\(ended) sessions ended"), by: author)
        return ended
    }
}

/// Why a session is not ended.
package enum SessionRefusal: Error, Hashable {
    case unknown
    /// Only whoever may change the rules ends the sessions of others.
    case ofSomebodyElse
    /// The proxy would let them in again at once.
    case ofTheProxy
}

extension SessionRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown: RefusalAnswer(.unknown, detail: "There is no such session; it may have ended by itself.")
        case .ofSomebodyElse:
            RefusalAnswer(
                .forbidden,
                detail: "The session is somebody else's, and only an editor ends the sessions of others."
            )
        case .ofTheProxy:
            RefusalAnswer(
                .conflict,
                detail: """
                    The proxy in front signs this person in with each request and would do so again at once. End the \
                    session there.
                    """
            )
        }
    }
}
