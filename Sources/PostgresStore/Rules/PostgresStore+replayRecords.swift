package import FoundationEssentials
package import Store

extension PostgresStore: ReplayRecords {
    package func replays() async throws -> [ReplayRecord] { try await ask { try ReplayRows.all($0) } }

    package func replay(_ id: String) async throws -> ReplayRecord? { try await ask { try ReplayRows.one(id, $0) } }

    package func replayedRules(_ id: String) async throws -> ReplayedRules? {
        try await ask { session in
            guard try ReplayRows.one(id, session) != nil else { return nil }
            return try ReplayedRules(
                candidate: ReplayRows.content("candidate", of: id, session),
                against: ReplayRows.content("against", of: id, session)
            )
        }
    }

    package func replayResult(_ id: String) async throws -> [UInt8]? {
        try await ask { try ReplayRows.content("result", of: id, $0) }
    }

    package func startReplay(
        _ ask: ReplayAsk,
        _ rules: ReplayedRules,
        isBegun: Bool,
        now: Date
    ) async throws -> ReplayAdmission {
        try await change(unless: { session in
            AdvisoryLock.replays.take(session)
            return try ReplayRows.one(ask.id, session).map { .added($0) }
        }) { [node] session, _ in
            AdvisoryLock.replays.take(session)
            return try ReplayRows.start(ask, rules, isBegun: isBegun, node: node, now: now, session)
        }
    }

    package func beginReplay(_ id: String, now: Date) async throws -> Bool {
        try await change { [node] session, _ in try ReplayRows.begin(id, node: node, now: now, session) }
    }

    package func noteReplay(_ id: String, progress: String?, now: Date) async throws -> Bool {
        try await change { [node] session, _ in
            try ReplayRows.note(id, progress: progress, node: node, now: now, session)
        }
    }

    package func cancelReplay(_ id: String, now: Date) async throws {
        try await change { session, _ in ReplayRows.cancel(id, now: now, session) }
    }

    package func endReplay(_ id: String, _ end: ReplayEnd, progress: String?, now: Date) async throws {
        try await change { session, _ in
            AdvisoryLock.replays.take(session)
            try ReplayRows.end(id, end, progress: progress, now: now, session)
        }
    }
}
