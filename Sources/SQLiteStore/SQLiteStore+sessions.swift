package import FoundationEssentials
package import Store

extension SQLiteStore: Sessions {
    package func session(_ id: [UInt8]) async throws -> SessionRecord? {
        try await ask { try SessionRows.session(id, $0) }
    }

    package func save(_ session: SessionRecord, now: Date) async throws {
        try await writer.write(.short) { db, _ in try SessionRows.save(session, now: now, db) }
    }

    package func endSession(_ id: [UInt8]) async throws {
        try await writer.write(.short) { db, _ in try SessionRows.end(id, db) }
    }
}
