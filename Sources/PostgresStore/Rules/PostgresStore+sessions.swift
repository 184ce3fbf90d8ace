package import FoundationEssentials
package import Store

extension PostgresStore: Sessions {
    package func formSecret() async throws -> FormSecret {
        let fresh = FormSecret.random()
        return try await change(unless: { try SessionRows.formSecret($0) }) { session, _ in
            try SessionRows.formSecret(orElse: fresh, session)
        }
    }

    package func session(_ id: [UInt8]) async throws -> SessionRecord? {
        try await ask { try SessionRows.session(id, $0) }
    }

    package func begin(_ session: SessionRecord) async throws {
        try await change { connection, _ in SessionRows.insert(session, connection) }
    }

    package func noteUse(of id: [UInt8], at moment: Date) async throws {
        try await change { session, _ in SessionRows.noteUse(of: id, at: moment, session) }
    }

    package func sessions(openAt now: Date) async throws -> [SessionRecord] {
        try await ask { try SessionRows.sessions(openAt: now, $0) }
    }

    package func endSession(_ id: [UInt8]) async throws {
        try await change { session, _ in SessionRows.end(id, session) }
    }

    package func endSessions(but kept: [UInt8]?, of token: String?, openAt now: Date) async throws -> Int {
        try await change { session, _ in
            try SessionRows.end(but: kept, of: token, openAt: now, session)
        }
    }
}
