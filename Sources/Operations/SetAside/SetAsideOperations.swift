import Logging
package import Store

/// Journal entries that could not be applied.
package struct SetAsideOperations: Sendable {
    let audit: Audit
    let entries: any SetAsideEntries

    /// What stands aside, the oldest first.
    ///
    /// - Throws: ``InvalidCursor``, or when it cannot be read.
    package func list(page: Page) async throws -> Paged<SetAsideEntry> { try await entries.setAside(page: page) }

    /// Asks for another try of one entry.
    ///
    /// - Parameters:
    ///   - position: Of the entry.
    ///   - author: Who asks.
    /// - Throws: ``SetAsideRefusal``, or when the request cannot be written.
    package func retry(_ position: Int64, by author: Author) async throws {
        let count = try await entries.requestRetry(position)
        guard count > 0 else { throw SetAsideRefusal.unknown }
        await log("\(position)", count, author)
    }

    /// Asks for another try of all entries.
    ///
    /// - Parameter author: Who asks.
    /// - Returns: How many will be tried.
    /// - Throws: When the request cannot be written.
    package func retryAll(by author: Author) async throws -> Int {
        let count = try await entries.requestRetry(nil)
        await log("all", count, author)
        return count
    }

    private func log(_ position: String, _ count: Int, _ author: Author) async {
        author.log(
            "what stands aside is tried again",
            ["position": .string(position), "entries": .stringConvertible(count)]
        )
        await audit.note(author.entry("set-aside.retry", position, after: "\(count) tried again"), by: author)
    }
}

/// Why an entry is not tried again.
package enum SetAsideRefusal: Error, Hashable {
    /// No entry at this position stands aside.
    case unknown
}
