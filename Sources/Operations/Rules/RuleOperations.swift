package import Store

/// The rules in force, reloads, and every version there was.
package struct RuleOperations: Sendable {
    let revisions: any RouteRevisions
    let activation: any RouteActivation

    /// The rules in force with their text; `nil` before the first activation.
    ///
    /// - Throws: When they cannot be read.
    package func active() async throws -> (revision: RouteRevision, text: [UInt8])? {
        guard let active = try await revisions.activeRevision() else { return nil }
        return try await revisions.revision(active.version)
    }

    /// Versions without their texts, the newest first.
    ///
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    package func versions(page: Page) async throws -> Paged<RouteRevision> { try await revisions.revisions(page: page) }

    /// One version with its text; `nil` too when its text is not kept any more.
    ///
    /// - Throws: When it cannot be read.
    package func version(_ number: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
        try await revisions.revision(number)
    }

    /// Reads the rules file again and, if it is good and different, activates it.
    ///
    /// - Parameter author: Who asks.
    /// - Returns: What was done, or every problem of the file.
    package func reload(by author: Author) async -> RouteReload { await activation.reload(author: author.name) }
}
