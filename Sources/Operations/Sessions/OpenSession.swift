import Findings
package import FoundationEssentials
import Store
import Triage

/// Somebody who is signed in to the console.
package struct OpenSession: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// With a token, typed in once.
        case token
        /// By the proxy in front, which names them with each request.
        case proxy
    }

    /// What to call it by, 16 hexadecimal digits: nothing of what the browser keeps can be found from it.
    package var handle: String
    /// As their actions are recorded: the name of the token, or `USER@proxy`.
    package var person: String
    package var kind: Kind
    /// What the proxy's people may, as a word; that of tokens is known where tokens are.
    package var role: String?
    package var since: Date
    /// To the minute.
    package var usedAt: Date
    /// Where it is kept; `nil` for those of the proxy.
    let id: [UInt8]?

    init(_ record: SessionRecord) {
        handle = OpenSession.handle(of: record.id)
        person = record.token
        kind = .token
        since = record.createdAt
        usedAt = record.usedAt
        id = record.id
    }

    init(_ visit: ProxyVisits.Visit) {
        handle = OpenSession.handle(of: Array(visit.person.utf8))
        person = visit.person
        kind = .proxy
        role = visit.role
        since = visit.since
        usedAt = visit.usedAt
        id = nil
    }

    /// The handle of the session that is kept under an id.
    package static func handle(of id: [UInt8]) -> String {
        Fingerprint.bytes(of: "noroshi session \(id.hex)").prefix(8).hex
    }
}
