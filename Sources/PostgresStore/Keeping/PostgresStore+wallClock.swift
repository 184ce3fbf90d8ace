package import FoundationEssentials
package import Store

extension PostgresStore: WallClockRecord {
    package func clockMark() async throws -> ClockMark? { try await pipeline.transaction { try ClockRows.mark($0) } }

    package func save(_ mark: ClockMark) async throws {
        try await write(on: desk) { session, _ in ClockRows.save(mark, session) }
    }

    package func moveMoments(by seconds: Double, now: Date) async throws {
        try await write(on: triage) { session, _ in ClockRows.move(by: seconds, now: now, session) }
        signals.queued.send()
        signals.timers.send()
    }

    package func clockAllowance() async throws -> ClockAllowance {
        try await pipeline.transaction { try ClockRows.allowance($0) }
    }

    package func save(_ allowance: ClockAllowance) async throws {
        try await write(on: desk) { session, _ in ClockRows.save(allowance, session) }
    }
}
