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
            drafts: roles,
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

    /// The draft of a person, proposed unless there is no note.
    private func draft(of owner: String, _ text: [UInt8], note: String?) async throws -> Int64 {
        let draft = try await roles.createDraft(of: owner, RouteDraft.Content(base: 1, text: text), now: Example.now)
        if let note { _ = try await roles.proposeDraft(draft.number, note: note, after: 1, now: Example.now) }
        return draft.number
    }

    @Test("a file that means the same as a proposed draft takes it over, with its note, however it is laid out")
    func landed() async throws {
        _ = try await draft(of: "token.bo", Self.rules("other"), note: "Not this one.")
        _ = try await draft(of: "token.eve", Self.rules("first"), note: nil)
        let number = try await draft(of: "token.ana", Self.rules("first"), note: "PCI is over.")
        let laidOut = #"""
            {"rules": [
              {"suppress": "no", "name": "first", "when": {}}
            ], "destinations": {}, "version": 1}
            """#
        let result = await activator.activate("routes.json", author: "file") { Array(laidOut.utf8) }
        guard case .activated(let revision) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(revision.note == "PCI is over." && revision.author == "file" && revision.origin == .file)
        #expect(try await roles.draft(number) == nil)
        #expect(try await roles.drafts().map(\.owner).sorted() == ["token.bo", "token.eve"])
        let entry = try await roles.audit(AuditFilter(), page: Page()).items.first?.entry
        #expect(entry?.action == "draft.land" && entry?.subject == "d\(number)" && entry?.actor == "file")
        #expect(entry?.before == "proposed by token.ana" && entry?.after == "landed as v2")
        #expect(entry?.note == "PCI is over.")
    }

    @Test("a file that means something else than what is proposed leaves the drafts alone")
    func notLanded() async throws {
        _ = try await draft(of: "token.ana", Self.rules("first"), note: "PCI is over.")
        let result = await activator.activate("routes.json", author: "file") { Self.rules("second") }
        guard case .activated(let revision) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(revision.note == nil)
        #expect(try await roles.drafts().map(\.proposal) == ["PCI is over."])
        #expect(try await roles.audit(AuditFilter(), page: Page()).items.isEmpty)
    }

    @Test("rules that break an expectation are in force all the same, and the log names it")
    func expectations() async throws {
        let lines = LoggedLines()
        let activator = RouteActivator(
            active: active,
            revisions: roles,
            drafts: roles,
            logger: lines.logger,
            now: { Example.now }
        )
        let text = #"""
            {"version": 1, "destinations": {"soc": {"type": "slack", "url": {"env": "SOC"}}},
             "rules": [{"name": "all", "when": {}, "suppress": "no"}],
             "expectations": [{"name": "told", "finding": {}, "to": ["soc"]},
              {"name": "known", "finding": {}, "suppressed": true},
              {"name": "elsewhere", "example": "a.json", "suppressed": true}]}
            """#
        let result = await activator.activate("routes.json", author: "start") { Array(text.utf8) }
        guard case .activated = result else {
            Issue.record("\(result)")
            return
        }
        #expect(inForce == ["all"])
        let told = lines.lines.map { line in
            "\(line.message): \(line.metadata.sorted { $0.key < $1.key }.map(\.value).joined(separator: " "))"
        }
        #expect(told.contains { $0.hasPrefix("an expectation does not hold: told expected to tell soc, but ") })
        #expect(told.contains { $0.hasPrefix("an expectation cannot be run here: elsewhere ") })
        #expect(told.contains("not every expectation holds: 1 of 3 expectations holds, 1 cannot be run here"))
        #expect(told.contains { $0.contains(": known") } == false)
    }

    @Test("whoever hears that rules were put in force finds them in force")
    func order() async throws {
        let active = active
        let seen = Seen()
        let activator = RouteActivator(
            active: active,
            revisions: roles,
            drafts: roles,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            activated: { document in
                let names = active.table.document.rules.map(\.name)
                #expect(names == document.rules.map(\.name))
                seen.names.withLock { $0 += names }
            }
        )
        _ = await activator.activate("draft", author: "a") { Self.rules("first") }
        _ = try await activator.publish(Self.rules("second"), as: "draft", Activation(author: "b"))
        #expect(seen.names.withLock { $0 } == ["first", "second"])
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
    func inForceFirst() async throws {
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
