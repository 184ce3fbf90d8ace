import Findings
import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Synchronization
import Testing

@testable import Operations

@Suite("What is held for whoever types rules")
struct RecentPreviewsTests {
    private static func table() throws -> RoutingTable {
        RoutingTable(try RouteDocument.parse(Array(Example.routes.utf8), file: "routes.json").document, version: 1)
    }

    @Test("observations are read once, and let go ten minutes after the last use")
    func hold() async throws {
        let clock = ManualClock()
        let previews = RecentPreviews(history: try Example.roles(), now: { Example.now }, clock: clock)
        let table = try Self.table()
        #expect(await previews.isHolding == false)
        for _ in 0..<3 { #expect(try await previews.preview(from: table, to: table, rule: nil).observations == 2) }
        await clock.sleepers()
        clock.advance(by: .seconds(599))
        #expect(await previews.isHolding)
        let expiry = await previews.expiry
        clock.advance(by: .seconds(1))
        await expiry?.value
        #expect(await previews.isHolding == false)
    }

    @Test("a history that could not be read is read again the next time")
    func broken() async throws {
        let roles = try Example.roles()
        let previews = RecentPreviews(history: roles, now: { Example.now }, clock: ManualClock())
        let table = try Self.table()
        roles.state.withLock { $0.isBroken = true }
        await #expect(throws: FakeRoles.Broken.self) {
            try await previews.preview(from: table, to: table, rule: nil)
        }
        roles.state.withLock { $0.isBroken = false }
        #expect(try await previews.preview(from: table, to: table, rule: nil).observations == 2)
    }
}
