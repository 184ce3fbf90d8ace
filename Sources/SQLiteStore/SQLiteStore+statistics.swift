package import FoundationEssentials
import GRDB
package import Store
import Triage

extension SQLiteStore: Statistics {
    package func ruleDays(of rules: [String], since: Date) async throws -> [String: [RuleDay]] {
        guard rules.isEmpty == false else { return [:] }
        return try await ask { try RuleHourRows.days(of: rules, since: since.utcHour, $0) }
    }

    package func fates(_ question: FateQuestion) async throws -> FateReport {
        try await ask { try FateHourRows.report(question, $0) }
    }

    package func placeCounts(since: Date) async throws -> [PlaceCount] {
        try await ask { try FindingRows.counts(since: since, $0) }
    }

    package func openAccounts(limit: Int, changedSince since: Date) async throws -> OpenAccounts {
        try await ask { try FindingRows.openAccounts(limit: limit, changedSince: since.utcHour, $0) }
    }
}
