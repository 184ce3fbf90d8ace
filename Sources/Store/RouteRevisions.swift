package import FoundationEssentials

/// Every rule set that was ever active.
package protocol RouteRevisions: Sendable {
    /// Records the rule set as active and returns its revision; the same text as the active one is not a new revision.
    ///
    /// - Parameters:
    ///   - text: The whole routes.json.
    ///   - activation: Who activates it, and on what terms.
    ///   - now: The time of activation.
    /// - Returns: The new revision, or the active one when the text is the same.
    /// - Throws: ``NotActive`` when another version is active than was expected, or when the commit failed.
    func activate(_ text: [UInt8], _ activation: Activation, now: Date) async throws -> RouteRevision
    /// The active revision, `nil` before the first.
    func activeRevision() async throws -> RouteRevision?
    /// The newest revision with this text; `nil` when it was never active.
    ///
    /// - Parameter hash: See ``RouteRevision/hash``.
    /// - Returns: The revision, whether its text is still kept or not.
    /// - Throws: When it cannot be read.
    func lastRevision(withHash hash: String) async throws -> RouteRevision?
    /// Newest first, without their texts.
    func revisions(page: Page) async throws -> Paged<RouteRevision>
    /// One revision with its text; `nil` too when its text is not kept any more, which that of the active one always is.
    func revision(_ version: Int) async throws -> (revision: RouteRevision, text: [UInt8])?
}

/// One numbered rule set.
package struct RouteRevision: Sendable, Hashable, Codable {
    /// 1 or more, rising by one.
    package var version: Int
    /// SHA-256 of the text, 64 lowercase hexadecimal digits.
    package var hash: String
    package var author: String
    package var activatedAt: Date
    /// Why, in the author's words.
    package var note: String?
    /// The version that was active before; `nil` for the first, and for those of versions of the program that kept none.
    package var parent: Int?
    package var origin: RouteOrigin

    package init(
        version: Int,
        hash: String,
        author: String,
        activatedAt: Date,
        note: String? = nil,
        parent: Int? = nil,
        origin: RouteOrigin = .file
    ) {
        self.version = version
        self.hash = hash
        self.author = author
        self.activatedAt = activatedAt
        self.note = note
        self.parent = parent
        self.origin = origin
    }
}

/// How a rule set came to be in force.
package enum RouteOrigin: String, Sendable, Hashable, Codable {
    /// Read from the rules file.
    case file
    case console
    case api
}

/// Who puts a rule set in force, and on what terms.
package struct Activation: Sendable, Hashable {
    /// In words: `file`, `signal`, `api:<token name>`.
    package var author: String
    package var origin: RouteOrigin
    package var note: String?
    /// The version that must be active before; `nil` for any.
    package var expected: Int?
    /// The draft that ends with it.
    package var draft: Int64?
    /// What the audit records in the same transaction; nothing where the text is the active one already.
    package var audit: AuditEntry?
    /// Whether a rules file that does not load is replaced, and not only one that says what is in force.
    package var replacesBadFile: Bool

    package init(
        author: String,
        origin: RouteOrigin = .file,
        note: String? = nil,
        expected: Int? = nil,
        draft: Int64? = nil,
        audit: AuditEntry? = nil,
        replacesBadFile: Bool = false
    ) {
        self.author = author
        self.origin = origin
        self.note = note
        self.expected = expected
        self.draft = draft
        self.audit = audit
        self.replacesBadFile = replacesBadFile
    }
}

/// Another version is active than the one that was expected.
package struct NotActive: Error, Hashable {
    /// `nil` when none is.
    package var active: RouteRevision?

    package init(active: RouteRevision?) { self.active = active }
}
