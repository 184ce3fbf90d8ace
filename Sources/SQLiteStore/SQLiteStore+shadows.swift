package import FoundationEssentials
import GRDB
package import Store
import Triage

extension SQLiteStore: Shadows {
    package func shadow() async throws -> ShadowRecord? { try await ask { try ShadowRows.last($0) } }

    package func startShadow(_ start: ShadowStart, now: Date) async throws -> ShadowRecord? {
        try await writer.write(.asked) { db, _ in try ShadowRows.start(start, now: now, db) }
    }

    package func endShadow(_ number: Int64, because reason: String, now: Date) async throws {
        try await writer.write(.asked) { db, _ in try ShadowRows.end(number, because: reason, now: now, db) }
    }

    package func shadowReport(_ number: Int64, samples limit: Int) async throws -> ShadowReport {
        try await ask { try ShadowRows.report(number, samples: limit, $0) }
    }
}
