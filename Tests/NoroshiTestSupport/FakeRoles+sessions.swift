package import FoundationEssentials
package import Store

extension FakeRoles: Sessions {
    package func formSecret() async throws -> FormSecret { FormSecret(bytes: [UInt8](repeating: 7, count: 32)) }

    package func session(_ id: [UInt8]) async throws -> SessionRecord? {
        try read { $0.sessions.first { $0.id == id } }
    }

    package func begin(_ session: SessionRecord) async throws { try read { $0.sessions.append(session) } }

    package func noteUse(of id: [UInt8], at moment: Date) async throws {
        try read { state in
            for place in state.sessions.indices where state.sessions[place].id == id {
                state.sessions[place].usedAt = moment
            }
        }
    }

    package func sessions(openAt now: Date) async throws -> [SessionRecord] {
        try read { state in
            state.sessions.filter { $0.isOpen(at: now) }.sorted { $0.usedAt > $1.usedAt }
        }
    }

    package func endSession(_ id: [UInt8]) async throws {
        try read { state in state.sessions.removeAll { $0.id == id } }
    }

    package func endSessions(but kept: [UInt8]?, of token: String?, openAt now: Date) async throws -> Int {
        try read { state in
            let ended = state.sessions.filter { $0.id != kept && (token == nil || $0.token == token) }
            state.sessions.removeAll { ended.contains($0) }
            return ended.count { $0.isOpen(at: now) }
        }
    }
}
