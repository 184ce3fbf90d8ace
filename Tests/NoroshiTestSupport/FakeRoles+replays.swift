package import FoundationEssentials
package import Store

/// A replay as it is kept.
package struct FakeReplay: Sendable {
    package var record: ReplayRecord
    package var rules: ReplayedRules
    package var result: [UInt8]?
    package var isUnwanted = false
}

extension FakeRoles: ReplayRecords {
    package func replays() async throws -> [ReplayRecord] { try read { $0.replays.reversed().map(\.record) } }

    package func replay(_ id: String) async throws -> ReplayRecord? {
        try read { $0.replays.first { $0.record.ask.id == id }?.record }
    }

    package func replayedRules(_ id: String) async throws -> ReplayedRules? {
        try read { $0.replays.first { $0.record.ask.id == id }?.rules }
    }

    package func replayResult(_ id: String) async throws -> [UInt8]? {
        try read { $0.replays.first { $0.record.ask.id == id }?.result }
    }

    package func startReplay(
        _ ask: ReplayAsk,
        _ rules: ReplayedRules,
        isBegun: Bool,
        now: Date
    ) async throws -> ReplayAdmission {
        try read { state in
            let records = Array(state.replays.reversed().map(\.record))
            if let known = ReplayRecord.latest(in: records, asking: ask.question, form: ask.form, now: now) {
                return .known(known)
            }
            guard ReplayRecord.isFull(records) == false else { return .full }
            let record = ReplayRecord(
                ask,
                state: isBegun ? .running : .queued,
                createdAt: now,
                startedAt: isBegun ? now : nil,
                heardAt: now
            )
            state.replays.append(FakeReplay(record: record, rules: rules))
            return .added(record)
        }
    }

    package func beginReplay(_ id: String, now: Date) async throws -> Bool {
        try change(id) { replay in
            guard replay.record.state == .queued else { return false }
            replay.record.state = .running
            replay.record.startedAt = now
            return true
        } ?? false
    }

    package func noteReplay(_ id: String, progress: String?, now: Date) async throws -> Bool {
        try change(id) { replay in
            if let progress { replay.record.progress = progress }
            return replay.record.state == .running && replay.isUnwanted == false
        } ?? false
    }

    package func cancelReplay(_ id: String, now: Date) async throws {
        _ = try change(id) { replay in
            replay.isUnwanted = true
            guard replay.record.state == .queued else { return }
            replay.record.state = .cancelled
            replay.record.finishedAt = now
        }
    }

    package func endReplay(_ id: String, _ end: ReplayEnd, progress: String?, now: Date) async throws {
        _ = try change(id) { replay in
            guard replay.record.state.isOver == false else { return }
            replay.record.state = end.state
            replay.record.failure = end.failure
            replay.record.finishedAt = now
            replay.result = end.result
            if let progress { replay.record.progress = progress }
        }
        try read { state in
            let surplus = ReplayRecord.surplus(of: state.replays.reversed().map(\.record), now: now)
            state.replays.removeAll { surplus.contains($0.record.ask.id) }
        }
    }

    private func change<Value: Sendable>(_ id: String, _ body: (inout FakeReplay) -> Value) throws -> Value? {
        try read { state in
            guard let place = state.replays.firstIndex(where: { $0.record.ask.id == id }) else { return nil }
            state.replays[place].record.revision += 1
            return body(&state.replays[place])
        }
    }
}
