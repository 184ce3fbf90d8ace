package import FoundationEssentials
package import Store

extension PostgresStore: AuditRecords {
    package func record(_ entry: AuditEntry, now: Date) async throws {
        try await change(unless: { try AuditRows.isKnown(entry, at: now, $0) ? () : nil }) { session, _ in
            AuditRows.insert(entry, now: now, session)
        }
    }

    package func audit(_ filter: AuditFilter, page: Page) async throws -> Paged<AuditRecord> {
        let before = try page.cursor.map { try PageCursor($0, of: "u", count: 1).numbers[0] } ?? .max
        return try await ask { session in
            try page.cut(AuditRows.records(filter, before: before, limit: page.rowLimit + 1, session)) { record in
                PageCursor("u", record.number)
            }.map { $0 }
        }
    }
}
