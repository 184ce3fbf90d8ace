package import FoundationEssentials
package import Store

extension SQLiteStore: Sessions {
    package func formSecret() async throws -> FormSecret {
        let fresh = FormSecret.random()
        return try await writer.write(.short) { db, _ in try SessionRows.formSecret(orElse: fresh, db) }
    }

    package func session(_ id: [UInt8]) async throws -> SessionRecord? {
        try await ask { try SessionRows.session(id, $0) }
    }

    package func begin(_ session: SessionRecord) async throws {
        try await writer.write(.short) { db, _ in try SessionRows.insert(session, db) }
    }

    package func noteUse(of id: [UInt8], at moment: Date) async throws {
        try await writer.write(.short) { db, _ in try SessionRows.noteUse(of: id, at: moment, db) }
    }

    package func sessions(openAt now: Date) async throws -> [SessionRecord] {
        try await ask { try SessionRows.sessions(openAt: now, $0) }
    }

    package func endSession(_ id: [UInt8]) async throws {
        try await writer.write(.short) { db, _ in try SessionRows.end(id, db) }
    }

    package func endSessions(but kept: [UInt8]?, of token: String?, openAt now: Date) async throws -> Int {
        try await writer.write(.short) { db, _ in try SessionRows.end(but: kept, of: token, openAt: now, db) }
    }
}
