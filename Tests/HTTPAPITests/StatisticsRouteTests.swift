import Findings
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

@Suite("Counts over the API")
struct StatisticsRouteTests {
    private func ask(_ path: String, _ roles: FakeRoles) async throws -> (status: Int, json: JSON) {
        try await Example.app(roles).test(.router) { client in
            let answer = try await client.execute(uri: "/api/v1/\(path)", method: .get)
            return (Int(answer.status.code), try JSONDocument.parse(String(buffer: answer.body)))
        }
    }

    @Test("rules stand in their order with their days, and what no rule matched stands last")
    func rules() async throws {
        let roles = FakeRoles(Example.state)
        let today = Int(Example.now.timeIntervalSince1970 / 86_400)
        roles.state.withLock {
            $0.ruleDays["fallback"] = [
                RuleDay(day: today - 7, counts: RuleCounts(matched: 9)),
                RuleDay(day: today - 6, counts: RuleCounts(matched: 2)),
                RuleDay(day: today, counts: RuleCounts(matched: 3, ended: 1, first: 1)),
            ]
        }
        let all = try await ask("rules/counts", roles).json
        let last = try #require(all["items"]?.elements.last)
        #expect(last["rule"]?.string == "fallback" && last["matched"]?.integer == 5 && last["first"]?.integer == 1)
        #expect(last["days"]?.elements.map { $0["matched"]?.integer } == [2, 3])
        let first = try await ask("rules/counts?limit=1", roles).json
        #expect(first["items"]?.elements.count == 1)
        let next = try #require(first["next"]?.string)
        let second = try await ask("rules/counts?limit=500&cursor=\(next)", roles).json
        #expect((second["items"]?.elements.count ?? 0) + 1 == all["items"]?.elements.count)
        #expect(try await ask("rules/counts?since=yesterday", roles).status == 400)
        #expect(try await ask("rules/counts?cursor=c9999", roles).status == 400)
    }
}
