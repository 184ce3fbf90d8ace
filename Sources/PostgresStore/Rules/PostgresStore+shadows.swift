package import FoundationEssentials
package import Store
import Triage

extension PostgresStore: Shadows {
    package func shadow() async throws -> ShadowRecord? { try await ask { try ShadowRows.last($0) } }

    package func startShadow(_ start: ShadowStart, now: Date) async throws -> ShadowRecord? {
        try await change(unless: { session in
            AdvisoryLock.shadows.take(session)
            let last = try ShadowRows.last(session)
            return last.flatMap { $0.startedAt == now && $0.start.author == start.author ? .some($0) : nil }
        }) { session, _ in
            AdvisoryLock.shadows.take(session)
            return try ShadowRows.start(start, now: now, session)
        }
    }

    package func endShadow(_ number: Int64, because reason: String, now: Date) async throws {
        try await change { session, _ in ShadowRows.end(number, because: reason, now: now, session) }
    }

    package func shadowReport(_ number: Int64, samples limit: Int) async throws -> ShadowReport {
        try await ask { try ShadowRows.report(number, samples: limit, $0) }
    }
}
