package import FoundationEssentials
package import Store

extension SQLiteStore: Sessions {
    package func session(_ id: [UInt8]) async throws -> SessionRecord? {
        try await ask { try SessionRows.session(id, $0) }
    }

    package func save(_ session: SessionRecord, now: Date) async throws {
        try await writer.write(.short) { db, _ in try SessionRows.save(session, now: now, db) }
    }

    package func sessions(openAt now: Date) async throws -> [SessionRecord] {
        try await ask { try SessionRows.sessions(openAt: now, $0) }
    }

    package func endSessions(_ ids: [[UInt8]]) async throws {
        guard ids.isEmpty == false else { return }
        try await writer.write(.short) { db, _ in
            for id in ids { try SessionRows.end(id, db) }
        }
    }
}
