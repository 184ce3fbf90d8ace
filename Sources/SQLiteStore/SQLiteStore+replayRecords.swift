package import FoundationEssentials
package import Store

extension SQLiteStore: ReplayRecords {
    private var replayRows: ReplayRows { ReplayRows(opening: opening) }

    package func replays() async throws -> [ReplayRecord] { try await ask { [replayRows] in try replayRows.all($0) } }

    package func replay(_ id: String) async throws -> ReplayRecord? {
        try await ask { [replayRows] in try replayRows.one(id, $0) }
    }

    package func replayedRules(_ id: String) async throws -> ReplayedRules? {
        try await ask { [replayRows] db in
            guard try replayRows.one(id, db) != nil else { return nil }
            return try ReplayedRules(
                candidate: ReplayRows.content("candidate", of: id, db),
                against: ReplayRows.content("against", of: id, db)
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
        try await writer.write(.asked) { [replayRows] db, _ in
            try replayRows.start(ask, rules, isBegun: isBegun, now: now, db)
        }
    }

    package func beginReplay(_ id: String, now: Date) async throws -> Bool {
        try await writer.write(.short) { [replayRows] db, _ in try replayRows.begin(id, now: now, db) }
    }

    package func noteReplay(_ id: String, progress: String?, now: Date) async throws -> Bool {
        try await writer.write(.short) { [replayRows] db, _ in
            try replayRows.note(id, progress: progress, now: now, db)
        }
    }

    package func cancelReplay(_ id: String, now: Date) async throws {
        try await writer.write(.asked) { [replayRows] db, _ in try replayRows.cancel(id, now: now, db) }
    }

    package func endReplay(_ id: String, _ end: ReplayEnd, progress: String?, now: Date) async throws {
        try await writer.write(.short) { [replayRows] db, _ in
            try replayRows.end(id, end, progress: progress, now: now, db)
        }
    }
}
