package import FoundationEssentials

/// Every rule set that was ever active.
package protocol RouteRevisions: Sendable {
    /// Records the rule set as active and returns its revision; the same text as the active one is not a new revision.
    ///
    /// - Parameters:
    ///   - text: The whole routes.json.
    ///   - author: Who activated it, in words: `file`, `signal`, `api:<token name>`.
    ///   - now: The time of activation.
    /// - Returns: The new revision, or the active one when the text is the same.
    /// - Throws: When the commit failed.
    func activate(_ text: [UInt8], author: String, now: Date) async throws -> RouteRevision
    /// The active revision, `nil` before the first.
    func activeRevision() async throws -> RouteRevision?
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

    package init(version: Int, hash: String, author: String, activatedAt: Date) {
        self.version = version
        self.hash = hash
        self.author = author
        self.activatedAt = activatedAt
    }
}
