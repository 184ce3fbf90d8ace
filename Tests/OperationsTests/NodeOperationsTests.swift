import FoundationEssentials
import NoroshiTestSupport
import Operations
import Store
import Synchronization
import Testing

@Suite("Nodes")
struct NodeOperationsTests {
    @Test("who sends for a destination is told where several could, and only there")
    func serving() async throws {
        let shared = try Example.operations(FakeRoles(Example.shared)).nodes
        let serving = try await shared.serving()
        #expect(serving.keys.elementsEqual(["secops"]))
        #expect(serving["secops"]?.name == "east/41" && serving["secops"]?.since == Example.now - 600)
        let alone = try Example.operations(FakeRoles(Example.state)).nodes
        #expect(try await alone.serving().isEmpty)
        #expect(try await alone.list().map { $0.lanes.map(\.destinations) } == [[["secops"]]])
    }

    @Test("the nodes are read at most once a second, however many look")
    func recent() async throws {
        let roles = FakeRoles(Example.shared)
        let time = Mutex(Example.now)
        let nodes = try Example.operations(roles, now: { time.withLock { $0 } }).nodes
        #expect(try await nodes.list().count == 2)
        _ = roles.state.withLock { $0.nodes.removeLast() }
        time.withLock { $0 += 0.9 }
        #expect(try await nodes.list().count == 2)
        time.withLock { $0 += 0.2 }
        #expect(try await nodes.list().count == 1)
    }

    @Test("a store that cannot be read lists no nodes, and the process still says what it is")
    func broken() async throws {
        let roles = FakeRoles(Example.shared)
        roles.state.withLock { $0.isBroken = true }
        let nodes = try Example.operations(roles).nodes
        await #expect(throws: FakeRoles.Broken.self) { try await nodes.list() }
        #expect(nodes.standing.number == 4 && nodes.standing.leads == false && nodes.standing.isShared)
    }
}
