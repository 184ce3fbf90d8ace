import FoundationEssentials
import Logging
package import Store

/// Notes who changed what, once it is changed.
package struct Audit: Sendable {
    let records: any AuditRecords
    let now: @Sendable () -> Date

    /// Adds an entry. The change is made already, so that an audit that cannot be written is told in the log and undoes
    /// nothing.
    func note(_ entry: AuditEntry, by author: Author) async {
        do {
            try await records.record(entry, now: now())
        } catch {
            author.log(
                "the audit of a change could not be written",
                ["action": .string(entry.action), "subject": .string(entry.subject), "problem": "\(error)"]
            )
        }
    }

    /// Entries, the newest first.
    ///
    /// - Parameters:
    ///   - filter: Which of them.
    ///   - page: How many, and after which.
    /// - Returns: A page of them.
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    package func list(_ filter: AuditFilter, page: Page) async throws -> Paged<AuditRecord> {
        try await records.audit(filter, page: page)
    }
}
