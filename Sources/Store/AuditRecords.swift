package import FoundationEssentials

/// Who changed what, kept beside what was changed.
package protocol AuditRecords: Sendable {
    /// Adds an entry.
    func record(_ entry: AuditEntry, now: Date) async throws
    /// Entries, the newest first.
    ///
    /// - Parameters:
    ///   - filter: Which of them.
    ///   - page: How many, and after which.
    /// - Returns: A page of them.
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    func audit(_ filter: AuditFilter, page: Page) async throws -> Paged<AuditRecord>
}

/// One change that somebody made. Secrets never stand in it.
package struct AuditEntry: Sendable, Hashable {
    /// The face and the credential: `console:token.anna`.
    package var actor: String
    /// What was done: `routes.publish`, `destination.pause`.
    package var action: String
    /// On what: `v42`, the name of a destination, the id of a silence.
    package var subject: String
    /// How it was before and after, in words or as JSON; `nil` where there is nothing.
    package var before: String?
    package var after: String?
    /// Why, in the actor's words.
    package var note: String?
    package var requestID: String?

    package init(
        actor: String,
        action: String,
        subject: String,
        before: String? = nil,
        after: String? = nil,
        note: String? = nil,
        requestID: String? = nil
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.before = before.map(AuditEntry.cut)
        self.after = after.map(AuditEntry.cut)
        self.note = note.map(AuditEntry.cut)
        self.requestID = requestID
    }

    /// What one text may weigh, in characters.
    package static let longestText = 4_000

    private static func cut(_ text: String) -> String {
        text.count > longestText ? text.prefix(longestText - 1) + "…" : text
    }
}

/// An entry with its place and time.
package struct AuditRecord: Sendable, Hashable {
    /// 1 or more, rising.
    package var number: Int64
    package var at: Date
    package var entry: AuditEntry

    package init(number: Int64, at: Date, entry: AuditEntry) {
        self.number = number
        self.at = at
        self.entry = entry
    }
}

/// Which entries are wanted; what is `nil` asks for nothing.
package struct AuditFilter: Sendable, Hashable {
    /// Part of the actor's name.
    package var actor: String?
    /// The beginning of the action: `routes`, `silence.create`.
    package var action: String?
    /// Part of the subject.
    package var subject: String?
    package var since: Date?
    package var until: Date?
    /// Entries that one of these selects are left out.
    package var without: [AuditFilter] = []

    package init(
        actor: String? = nil,
        action: String? = nil,
        subject: String? = nil,
        since: Date? = nil,
        until: Date? = nil,
        without: [AuditFilter] = []
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.since = since
        self.until = until
        self.without = without
    }
}
