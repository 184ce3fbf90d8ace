import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("A wall clock that is set")
struct WallClockContractTests {
    private static let year = 365 * 86_400.0

    @Test(
        "a retry is due in as long as before, and has been retried for as long",
        arguments: Backend.available,
        [year, -year, 420.0, -420.0]
    )
    func retries(backend: Backend, step: Double) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            let retry = Settlement.Next.retry(at: .t(300), isMinimal: false)
            try await store.roles.settle([Settlement(claimed[0], retry)])
            try await store.roles.moveMoments(by: step, now: .t(10 + step))
            let moved = try #require(try await store.roles.notification(claimed[0].id)).notification
            // Going forward by less than the rest leaves a moment that the new clock has not passed.
            let due = step == 420 || abs(step) > 1_000 || step < 0 ? 300 + step : 300
            #expect(abs(moved.dueAt.timeIntervalSince(.t(due))) < 0.001)
            #expect(abs(moved.retryingSince.timeIntervalSince(.t(step))) < 0.001)
        }
    }

    @Test("no retry rests longer than a rest may, whenever the clock is looked at", arguments: Backend.available)
    func ceiling(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            let retry = Settlement.Next.retry(at: .t(WallClockContractTests.year), isMinimal: false)
            try await store.roles.settle([Settlement(claimed[0], retry)])
            try await store.roles.moveMoments(by: 0, now: .t(20))
            #expect(try await store.claim(at: .t(20)).count == 1)
        }
    }

    @Test(
        "a group that waits is told after its wait, whichever way the clock was set",
        arguments: Backend.available,
        [year, -year]
    )
    func groups(backend: Backend, step: Double) async throws {
        let rules = """
            {"version": 1, "destinations": {"chat": {"type": "slack", "url": {"env": "U"}}},
             "rules": [{"name": "r", "when": {}, "send": ["chat"], "group": {"by": ["account"], "wait": "2m"}}]}
            """
        let table = RoutingTable(try RouteDocument.parse(Array(rules.utf8), file: "r").document, version: 1)
        let silences = SilenceTable([], for: table)
        try await OpenStore.with(backend) { store in
            let finding = Finding.example(key: "k")
            _ = try await store.roles.fire(now: .t(0), table: table, silences: silences)
            try await store.take(
                [(finding, try table.decide(Observation(finding: finding, event: JSONDocument.parse("{}"))))],
                at: .t(0)
            )
            try await store.roles.moveMoments(by: step, now: .t(10 + step))
            _ = try await store.roles.fire(now: .t(100 + step), table: table, silences: silences)
            #expect(try await store.claim(at: .t(100 + step)).isEmpty)
            _ = try await store.roles.fire(now: .t(121 + step), table: table, silences: silences)
            #expect(try await store.claim(at: .t(121 + step)).count == 1)
        }
    }

    @Test("a digest goes by its schedule again", arguments: Backend.available, [year, -year])
    func digests(backend: Backend, step: Double) async throws {
        // 09:00 UTC is 10,000 s after the beginning, on that day and on the same day of other years.
        let rules = """
            {"version": 1, "destinations": {"chat": {"type": "slack", "url": {"env": "U"}}},
             "rules": [{"name": "r", "when": {}, "send": ["chat"], "digest": {"at": ["09:00"]}}]}
            """
        let table = RoutingTable(try RouteDocument.parse(Array(rules.utf8), file: "r").document, version: 1)
        let silences = SilenceTable([], for: table)
        try await OpenStore.with(backend) { store in
            let finding = Finding.example(key: "k")
            _ = try await store.roles.fire(now: .t(0), table: table, silences: silences)
            try await store.take(
                [(finding, try table.decide(Observation(finding: finding, event: JSONDocument.parse("{}"))))],
                at: .t(0)
            )
            try await store.roles.moveMoments(by: step, now: .t(10 + step))
            _ = try await store.roles.fire(now: .t(20 + step), table: table, silences: silences)
            let next = try #require(try await store.roles.nextTimer())
            #expect(abs(next.timeIntervalSince(.t(10_000 + step))) < 1, "\(next)")
        }
    }

    @Test(
        "how the clocks stood is kept, and the journal stands in for it where it was never kept",
        arguments: Backend.available
    )
    func marks(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            #expect(try await store.roles.clockMark() == nil)
            try await store.accept(at: .t(5))
            #expect(try await store.roles.clockMark() == ClockMark(wall: .t(5), uptime: 0, boot: ""))
            let mark = ClockMark(wall: .t(9), uptime: 77.5, boot: "b")
            try await store.roles.save(mark)
            let allowance = ClockAllowance(seconds: 60, until: .t(90))
            try await store.roles.save(allowance)
            try await store.restart { store in
                let kept = (try await store.roles.clockMark(), try await store.roles.clockAllowance())
                #expect(kept.0 == mark && kept.1 == allowance)
            }
        }
    }
}

@Suite("How clocks stood")
struct ClockMarkTests {
    private func mark(_ wall: Double, _ uptime: Double, _ boot: String = "a") -> ClockMark {
        ClockMark(wall: .t(wall), uptime: uptime, boot: boot)
    }

    @Test("a step is what the wall clock went beyond the time that passed")
    func steps() {
        #expect(mark(110, 20).step(since: mark(100, 10)) == 0)
        #expect(mark(111, 20).step(since: mark(100, 10)) == 0)
        #expect(mark(530, 20).step(since: mark(100, 10)) == 420)
        #expect(mark(-320, 20).step(since: mark(100, 10)) == -430)
        // After another start of the machine a clock that is ahead may have been off for so long.
        #expect(mark(1e6, 1, "b").step(since: mark(100, 10)) == 0)
        #expect(mark(1e6, 1, "b").gap(since: mark(100, 10)) == 1e6 - 100)
        #expect(mark(50, 1, "b").step(since: mark(100, 10)) == -50)
    }

    @Test("a clock that is set forward takes nothing away before its time, and one that comes back leaves nothing over")
    func allowance() {
        let year = 365 * 86_400.0
        let retention = 30 * 86_400.0
        var allowance = ClockAllowance()
        #expect(allowance.horizon(retention: retention, now: .t(0)) == .t(-retention))
        allowance.add(year, retention: retention, now: .t(year))
        #expect(allowance.horizon(retention: retention, now: .t(year)) == .t(-retention))
        #expect(allowance.horizon(retention: retention, now: .t(year + retention)) == .t(year))
        allowance.add(-year, retention: retention, now: .t(60))
        #expect(allowance == ClockAllowance())
    }
}
