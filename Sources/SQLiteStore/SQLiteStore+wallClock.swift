package import FoundationEssentials
import GRDB
package import Store

extension SQLiteStore: WallClockRecord {
    package func clockMark() async throws -> ClockMark? { try await pipeline.read { try ClockRows.mark($0) } }

    package func save(_ mark: ClockMark) async throws {
        try await writer.write(.short) { db, _ in try ClockRows.save(mark, db) }
    }

    package func moveMoments(by seconds: Double, now: Date) async throws {
        try await writer.write(.long) { db, _ in try ClockRows.move(by: seconds, now: now, db) }
        queuedSignal.send()
        timerSignal.send()
    }

    package func clockAllowance() async throws -> ClockAllowance {
        try await pipeline.read { try ClockRows.allowance($0) }
    }

    package func save(_ allowance: ClockAllowance) async throws {
        try await writer.write(.short) { db, _ in try ClockRows.save(allowance, db) }
    }
}
