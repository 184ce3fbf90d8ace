import Findings
import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@Suite("What operators do with silences")
struct SilenceOperationsTests {
    private let roles: FakeRoles
    private let silences: SilenceOperations

    init() throws {
        roles = FakeRoles(Example.state)
        silences = try Example.operations(roles).silences
    }

    private func draft(_ when: String = #"{"account": "1111*"}"#, startsAt: Date? = nil) throws -> SilenceDraft {
        try .example(when: when, startsAt: startsAt, endsAt: Example.now + 3_600)
    }

    private func hides(_ finding: Finding = .example()) throws -> Bool {
        let document = try RouteDocument.parse(Array(Example.routes.utf8), file: "routes.json").document
        let observation = Observation(finding: finding, event: try JSONDocument.parse("{}"))
        return roles.activeSilences.table(for: RoutingTable(document, version: 1)).matches(observation).isEmpty == false
    }

    @Test("a silence is in force from its creation to its end, by nobody's further doing")
    func life() async throws {
        #expect(try hides() == false)
        let created = try await silences.create(draft(), by: .anybody)
        #expect(created.state == .active && created.silence.createdBy == "api:bo")
        #expect(try hides())
        let edit = try await silences.edit(created.silence.id, to: draft(#"{"region": "eu-*"}"#), by: .anybody) { _ in
            true
        }
        #expect(edit.replaced == created.silence.id)
        #expect(try hides() == false)
        #expect(try hides(.example(region: "eu-west-1")))
        let ended = try await silences.expire(edit.silence.silence.id, by: .anybody) { _ in true }
        #expect(ended.state == .expired)
        #expect(try hides(.example(region: "eu-west-1")) == false)
    }

    @Test("what is stored is put in force at the start")
    func start() async throws {
        let silence = Silence(try draft(), id: "s1", author: "api:bo", at: Example.now)
        roles.state.withLock { $0.silences = [silence] }
        #expect(try hides() == false)
        try await silences.putInForce()
        #expect(try hides())
    }

    @Test("a draft that would hide everything, or is for no destination there is, is never written")
    func faulty() async throws {
        let stored = try await silences.create(draft(), by: .anybody).silence.id
        var elsewhere = try draft()
        elsewhere.destinations = ["sceops"]
        for (draft, pointer) in [(try draft("{}"), "/when"), (elsewhere, "/destinations")] {
            for attempt in 0..<3 {
                let error = await #expect(throws: FaultyDraft.self) {
                    switch attempt {
                    case 0: _ = try await silences.create(draft, by: .anybody)
                    case 1: _ = try await silences.edit(stored, to: draft, by: .anybody) { _ in true }
                    default: _ = try await silences.dryRun(draft, by: .anybody)
                    }
                }
                #expect(error?.faults.map(\.pointer) == [pointer])
            }
        }
        #expect(roles.state.withLock { $0.silences.count } == 1)
        #expect(try hides())
    }

    @Test("an edit that names no start keeps the one that the silence has, also when another silence comes of it")
    func keptStart() async throws {
        let start = Example.now.wholeSeconds + 600
        let pending = try await silences.create(draft(startsAt: start), by: .anybody)
        #expect(pending.state == .pending)
        let edit = try await silences.edit(pending.silence.id, to: draft(#"{"region": "eu-*"}"#), by: .anybody) { _ in
            true
        }
        #expect(edit.replaced == pending.silence.id)
        #expect(edit.silence.silence.startsAt == start && edit.silence.state == .pending)
    }

    @Test("a dry run creates nothing, and nothing of it comes into force")
    func dryRun() async throws {
        let dryRun = try await silences.dryRun(draft(#"{"severity": "high"}"#), by: .anybody)
        #expect(dryRun.preview.observations == 1 && dryRun.preview.isComplete)
        #expect(dryRun.silence.silence.id.isEmpty)
        #expect(roles.state.withLock { $0.silences.isEmpty })
        #expect(try hides() == false)
    }

    @Test(
        "a dry run says which words probably match nothing",
        arguments: [
            (#"{"product": "GaurdDuty"}"#, "GuardDuty"), (#"{"control": "[S3.8]"}"#, "S3.8"),
            (#"{"severity": "high"}"#, nil),
        ]
    )
    func doubts(when: String, meant: String?) async throws {
        let warnings = try await silences.dryRun(draft(when), by: .anybody).warnings
        #expect(warnings.count == (meant == nil ? 0 : 1))
        #expect(meant.map { warnings.first?.contains("did you mean \"\($0)\"?") == true } ?? true)
    }

    @Test("the effect of a silence is what it hid and what it hides")
    func effect() async throws {
        let silence = Silence(try draft(), id: "s1", author: "api:bo", at: Example.now - 90)
        let effect = try await silences.effect(of: silence)
        #expect(effect.hid.observations == 1 && effect.hides.observations == 1)
        #expect(effect.hid.isComplete)
    }

    @Test("an unknown silence is neither shown, edited nor ended")
    func unknown() async throws {
        await #expect(throws: SilenceRefusal.unknown) { try await silences.silence("s9") }
        await #expect(throws: SilenceRefusal.unknown) {
            try await silences.edit("s9", to: draft(), by: .anybody) { _ in true }
        }
        await #expect(throws: SilenceRefusal.unknown) { try await silences.expire("s9", by: .anybody) { _ in true } }
    }

    @Test("faults of some parts of a draft can be asked for before the others are known")
    func partialFaults() {
        let faults = silences.faults(
            when: nil,
            owner: "Ana",
            reason: nil,
            destinations: ["sceops"],
            startsAt: nil,
            endsAt: Example.now - 1
        )
        #expect(faults.map(\.pointer) == ["/destinations", "/endsAt"])
        #expect(faults.first?.suggestion == "secops")
    }
}
