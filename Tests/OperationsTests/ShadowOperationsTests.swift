import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@Suite("Rules beside those in force")
struct ShadowOperationsTests {
    private func roles(base: Int, text: String, startedAt: Date = Example.now) -> FakeRoles {
        var state = Example.state
        state.shadow = ShadowRecord(
            number: 4,
            start: ShadowStart(author: "api:a", draft: "d1", base: base, text: Array(text.utf8)),
            startedAt: startedAt
        )
        return FakeRoles(state)
    }

    @Test("what ran goes on after a restart")
    func resumed() async throws {
        let roles = roles(base: 1, text: Example.routes)
        let operations = try Example.operations(roles)
        try await operations.shadow.resume()
        #expect(roles.activeShadow.candidate?.number == 4)
        #expect(try await operations.shadow.status().isRunning)
    }

    @Test("it is over when another version is in force, when fourteen days are, or when its rules cannot be used")
    func over() async throws {
        let published = roles(base: 7, text: Example.routes)
        let operations = try Example.operations(published)
        try await operations.shadow.resume()
        #expect(published.activeShadow.candidate == nil)
        let end = try await operations.shadow.status().end
        #expect(end?.reason == "v7 is not in force any more: v1 is")

        let old = roles(base: 1, text: Example.routes, startedAt: Example.now - ShadowRecord.longest)
        try await Example.operations(old).shadow.resume()
        #expect(old.activeShadow.candidate == nil)
        #expect(try await Example.operations(old).shadow.status().end?.reason == "fourteen days were over")

        let unusable = roles(base: 1, text: #"{"version": 9}"#)
        try await Example.operations(unusable).shadow.resume()
        #expect(unusable.activeShadow.candidate == nil)
        #expect(unusable.state.withLock { $0.shadow?.endReason } == "this version of the program cannot use its rules")
    }

    @Test("a candidate decides beside one version, until its end, and no longer")
    func candidate() throws {
        let shadow = ActiveShadow()
        let table = RoutingTable(RouteDocument(), version: 2)
        shadow.replace(with: .init(number: 1, table: table, base: 2, endsAt: Example.now))
        #expect(shadow.candidate(beside: table, receivedAt: Example.now - 1) != nil)
        #expect(shadow.candidate(beside: table, receivedAt: Example.now) == nil)
        let other = RoutingTable(RouteDocument(), version: 3)
        #expect(shadow.candidate(beside: other, receivedAt: Example.now - 1) == nil)
    }
}
