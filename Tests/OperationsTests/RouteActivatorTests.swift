import FoundationEssentials
import Logging
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@Suite("Putting rules in force")
struct RouteActivatorTests {
    private let roles = FakeRoles(Example.state)
    private let active = ActiveRoutes(RoutingTable(RouteDocument(), version: 0))
    private let activator: RouteActivator

    init() {
        activator = RouteActivator(
            active: active,
            revisions: roles,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { Example.now }
        )
    }

    /// The rules that were in force at each reading.
    private final class Seen: Sendable {
        let names = Mutex<[String]>([])
    }

    private static func rules(_ name: String) -> [UInt8] {
        Array(#"{"version": 1, "destinations": {}, "rules": [{"name": "\#(name)", "when": {}, "suppress":"no"}]}"#.utf8)
    }

    private var inForce: [String] { active.table.document.rules.map(\.name) }

    @Test("a good text becomes a revision and is in force")
    func good() async throws {
        let result = await activator.activate("draft", author: "api:ana") { Self.rules("first") }
        guard case .activated(let revision) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(revision.version == 2 && revision.author == "api:ana" && revision.activatedAt == Example.now)
        #expect(active.table.version == 2 && inForce == ["first"])
        #expect(await activator.last == result)
    }

    @Test("a bad text, or one that cannot be read or recorded, changes nothing and is told")
    func bad() async throws {
        struct Unreadable: Error, CustomStringConvertible { var description: String { "gone" } }
        let bad = await activator.activate("draft", author: "a") { Array(#"{"version": 1, "rulez": []}"#.utf8) }
        guard case .refused(let problems) = bad else {
            Issue.record("\(bad)")
            return
        }
        #expect(problems.contains { $0.hasPrefix("draft:1:") && $0.contains("rulez") })
        #expect(await activator.activate("draft", author: "a") { throw Unreadable() } == .refused(["gone"]))
        roles.state.withLock { $0.isBroken = true }
        let unrecorded = await activator.activate("draft", author: "a") { Self.rules("first") }
        #expect(unrecorded == .refused(["Broken()"]))
        #expect(await activator.last == unrecorded)
        #expect(active.table.version == 0 && inForce.isEmpty)
    }

    @Test("of activations at once each text is read when the one before is in force")
    func order() async throws {
        let seen = Seen()
        await withTaskGroup { [activator, active] group in
            for number in 0..<8 {
                group.addTask {
                    _ = await activator.activate("draft", author: "a") {
                        seen.names.withLock { $0.append(active.table.document.rules.first?.name ?? "") }
                        return Self.rules("rule \(number)")
                    }
                }
            }
        }
        let names = seen.names.withLock { $0 }.dropFirst() + inForce
        #expect(Set(names).count == 8 && names.count == 8)
        #expect(roles.state.withLock { $0.revisions.count } == 9)
    }

    @Test("the last revision is put in force again when there is one")
    func restore() async throws {
        #expect(try await activator.restore("routes.json")?.version == 1)
        #expect(active.table.version == 1 && inForce == ["severe"])
        roles.state.withLock { $0.revisions = [] }
        #expect(try await activator.restore("routes.json") == nil)
    }
}
