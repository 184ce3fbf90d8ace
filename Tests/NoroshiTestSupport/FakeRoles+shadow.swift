package import FoundationEssentials
package import Store

extension FakeRoles: Shadows {
    package func shadow() async throws -> ShadowRecord? { try read { $0.shadow } }

    package func startShadow(_ start: ShadowStart, now: Date) async throws -> ShadowRecord? {
        try read { state in
            if let last = state.shadow, last.endedAt == nil { return nil }
            state.shadow = ShadowRecord(number: (state.shadow?.number ?? 0) + 1, start: start, startedAt: now)
            return state.shadow
        }
    }

    package func endShadow(_ number: Int64, because reason: String, now: Date) async throws {
        try read { state in
            guard state.shadow?.number == number, state.shadow?.endedAt == nil else { return }
            state.shadow?.endedAt = now
            state.shadow?.endReason = reason
        }
    }

    package func shadowReport(_ number: Int64, samples limit: Int) async throws -> ShadowReport {
        try read { state in
            var report = state.shadowReport
            report.samples = Array(report.samples.prefix(limit))
            return report
        }
    }
}
