package import FoundationEssentials
package import Store

extension FakeRoles: Sessions {
    package func session(_ id: [UInt8]) async throws -> SessionRecord? {
        try read { $0.sessions.first { $0.id == id } }
    }

    package func save(_ session: SessionRecord, now: Date) async throws {
        try read { state in
            state.sessions.removeAll { $0.id == session.id }
            state.sessions.append(session)
        }
    }

    package func sessions(openAt now: Date) async throws -> [SessionRecord] {
        try read { state in
            state.sessions.filter { $0.isOpen(at: now) }.sorted { $0.usedAt > $1.usedAt }
        }
    }

    package func endSessions(_ ids: [[UInt8]]) async throws {
        try read { state in state.sessions.removeAll { ids.contains($0.id) } }
    }
}
