package import FoundationEssentials

/// Rule sets under way: each person has at most one.
package protocol Drafts: Sendable {
    /// Every draft, the last changed first.
    func drafts() async throws -> [RouteDraft]
    /// What tells of every draft whether it has changed, without its text; the last changed first.
    func draftMarks() async throws -> [DraftMark]
    /// The draft with this number; `nil` when it was published, thrown away or never there.
    func draft(_ number: Int64) async throws -> RouteDraft?
    /// The draft of this person.
    func draft(of owner: String) async throws -> RouteDraft?
    /// Begins a draft.
    ///
    /// - Parameters:
    ///   - owner: Whose it is.
    ///   - content: What it begins with.
    ///   - now: The time.
    /// - Returns: The draft.
    /// - Throws: ``DraftExists``, ``TooManyDrafts``, or when the commit failed.
    func createDraft(of owner: String, _ content: RouteDraft.Content, now: Date) async throws -> RouteDraft
    /// Changes a draft; the text before is kept as a step unless it stays the same.
    ///
    /// - Parameters:
    ///   - number: Of the draft.
    ///   - change: The count of changes that the writer saw.
    ///   - content: What it is to hold.
    ///   - now: The time.
    /// - Returns: The draft; `nil` when it is not there or was changed meanwhile.
    /// - Throws: When the commit failed.
    func saveDraft(_ number: Int64, after change: Int, _ content: RouteDraft.Content, now: Date) async throws
        -> RouteDraft?
    /// Takes the newest step back; the draft stays as it is when there is none.
    ///
    /// - Parameters:
    ///   - number: Of the draft.
    ///   - change: The count of changes that the writer saw.
    ///   - now: The time.
    /// - Returns: The draft; `nil` when it is not there or was changed meanwhile.
    /// - Throws: When the commit failed.
    func undoDraft(_ number: Int64, after change: Int, now: Date) async throws -> RouteDraft?
    /// Records that a draft is proposed: whoever keeps the rules file is to take it over. Its text, and what can be taken
    /// back, stay; a later edit leaves it proposed.
    ///
    /// - Parameters:
    ///   - number: Of the draft.
    ///   - note: Why; in place of what was said before.
    ///   - change: The count of changes that the writer saw.
    ///   - now: The time.
    /// - Returns: The draft; `nil` when it is not there or was changed meanwhile.
    /// - Throws: When the commit failed.
    func proposeDraft(_ number: Int64, note: String, after change: Int, now: Date) async throws -> RouteDraft?
    /// Gives a draft to another person.
    ///
    /// - Parameters:
    ///   - number: Of the draft.
    ///   - owner: Whose it is to be.
    ///   - change: The count of changes that the writer saw.
    ///   - now: The time.
    /// - Returns: The draft; `nil` when it is not there or was changed meanwhile.
    /// - Throws: ``DraftExists``, or when the commit failed.
    func takeDraft(_ number: Int64, to owner: String, after change: Int, now: Date) async throws -> RouteDraft?
    /// Throws a draft away.
    ///
    /// - Parameters:
    ///   - number: Of the draft.
    ///   - change: The count of changes that the writer saw.
    /// - Returns: Whether it is gone: false when it was changed meanwhile.
    /// - Throws: When the commit failed.
    func discardDraft(_ number: Int64, after change: Int) async throws -> Bool
}

/// A rule set under way.
package struct RouteDraft: Sendable, Hashable {
    /// 1 or more; never given twice.
    package var number: Int64
    /// The name of the person: of the token, `loopback` where nobody signs in.
    package var owner: String
    package var content: Content
    /// Why the keepers of the rules file are to take it over; `nil` while it is not proposed.
    package var proposal: String?
    /// Rises with every change.
    package var change: Int
    /// How many changes can be taken back, at most ``mostSteps``.
    package var steps: Int
    package var createdAt: Date
    package var changedAt: Date

    package struct Content: Sendable, Hashable {
        /// The version that it was begun on, or put onto.
        package var base: Int
        /// A whole routes.json that loads.
        package var text: [UInt8]
        /// What stands in an editor and does not load yet.
        package var buffer: [UInt8]?

        package init(base: Int, text: [UInt8], buffer: [UInt8]? = nil) {
            self.base = base
            self.text = text
            self.buffer = buffer
        }
    }

    package init(
        number: Int64,
        owner: String,
        content: Content,
        proposal: String? = nil,
        change: Int,
        steps: Int,
        createdAt: Date,
        changedAt: Date
    ) {
        self.number = number
        self.owner = owner
        self.content = content
        self.proposal = proposal
        self.change = change
        self.steps = steps
        self.createdAt = createdAt
        self.changedAt = changedAt
    }

    /// How many changes can be taken back.
    package static let mostSteps = 50
    /// What the texts of all steps of a draft may weigh together, in bytes.
    package static let mostStepBytes = 16 << 20
    /// How many drafts there may be at once.
    package static let most = 200
    /// How long an untouched draft is kept, in seconds: 90 days.
    package static let lifetime = 90 * 86_400.0
}

/// The person has a draft already.
package struct DraftExists: Error, Hashable {
    package var number: Int64

    package init(number: Int64) { self.number = number }
}

/// There are ``RouteDraft/most`` drafts.
package struct TooManyDrafts: Error, Hashable { package init() {} }

/// A draft as far as it can be told from what it was before.
package struct DraftMark: Sendable, Hashable {
    package var number: Int64
    package var owner: String
    /// Rises with every change.
    package var change: Int

    package init(number: Int64, owner: String, change: Int) {
        self.number = number
        self.owner = owner
        self.change = change
    }
}
