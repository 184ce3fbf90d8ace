package import FoundationEssentials
package import Store

extension FakeRoles: Statistics {
    package func ruleDays(of rules: [String], since: Date) async throws -> [String: [RuleDay]] {
        let first = Int((since.timeIntervalSince1970 / 86_400).rounded(.down))
        return try read { state in
            state.ruleDays.filter { rules.contains($0.key) }.mapValues { $0.filter { $0.day >= first } }
        }
    }

    package func openAccounts(limit: Int, changedSince since: Date) async throws -> OpenAccounts {
        try read { $0.openAccounts }
    }

    package func placeCounts(since: Date) async throws -> [PlaceCount] {
        try read { $0.placeCounts }
    }

    package func fates(_ question: FateQuestion) async throws -> FateReport {
        try read { state in
            state.fateQuestion = question
            return state.fates
        }
    }
}
