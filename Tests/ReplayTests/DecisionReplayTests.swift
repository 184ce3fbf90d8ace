import Findings
import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Synchronization
import Testing

@Suite("Decisions of other rules on what was observed")
struct DecisionReplayTests {
    /// Worst class and the sets of destinations, from decisions made one by one.
    private struct Expected {
        var findings: [String: ReplayClass] = [:]
        var observations: [ReplayClass: Int] = [:]
        var gained: [String: Set<String>] = [:]
        var lost: [String: Set<String>] = [:]

        init(_ findings: [Finding], _ before: RoutingTable, _ after: RoutingTable) throws {
            let noEvent = try JSONDocument.parse("{}")
            for finding in findings {
                let observation = Observation(finding: finding, event: noEvent)
                let (one, other) = (before.decide(observation), after.decide(observation))
                let kind = Expected.kind(one, other)
                let key = finding.key.rawValue
                self.findings[key] = min(self.findings[key] ?? .unchanged, kind)
                observations[kind, default: 0] += 1
                for name in other.destinations where one.destinations.contains(name) == false {
                    gained[name, default: []].insert(key)
                }
                for name in one.destinations where other.destinations.contains(name) == false {
                    lost[name, default: []].insert(key)
                }
            }
        }

        private static func kind(_ one: Decision, _ other: Decision) -> ReplayClass {
            let (old, new) = (Set(one.destinations), Set(other.destinations))
            if case .suppressed = other.verdict {
                if case .suppressed = one.verdict { return .unchanged }
                return .suppressed
            }
            if new.isEmpty { return old.isEmpty ? .unchanged : .nobody }
            if old.isEmpty { return .told }
            if new.isSubset(of: old) == false { return .elsewhere }
            if new != old { return .fewer }
            guard case .routed(let before) = one.verdict, case .routed(let after) = other.verdict else {
                return .unchanged
            }
            let terms = Dictionary(uniqueKeysWithValues: before.map { ($0.destination, $0.terms) })
            return after.allSatisfy { terms[$0.destination] == $0.terms } ? .unchanged : .terms
        }
    }

    @Test("the same rules change nothing")
    func same() async throws {
        var random = RandomRules(generator: SeededGenerator(seed: 3))
        let findings = (0..<3_000).map { _ in random.finding() }
        let table = try RoutingTable(text: random.text())
        let result = try await ReplayRun(table, table, FakePast(findings)).result()
        #expect(result.findings.keys.map(\.self) == [.unchanged])
        #expect(result.observationClasses == [.unchanged: 3_000])
        #expect(result.changes.isEmpty && result.since == FakePast.begin)
        for effect in result.destinations {
            #expect(effect.findingsGained == 0 && effect.findingsLost == 0)
            #expect(effect.observations.total.before == effect.observations.total.after)
        }
        for kind in ReplayClass.allCases { #expect(result.samples.samples(of: kind).isEmpty) }
    }

    @Test("two rule sets differ exactly as decisions made one by one do", arguments: 0..<16)
    func afresh(seed: Int) async throws {
        var random = RandomRules(generator: SeededGenerator(seed: UInt64(seed)))
        let findings = (0..<2_100).map { _ in random.finding() }
        let (before, after) = (try RoutingTable(text: random.text()), try RoutingTable(text: random.text()))
        let result = try await ReplayRun(before, after, FakePast(findings)).result()
        let expected = try Expected(findings, before, after)
        let classes = Dictionary(grouping: expected.findings.values) { $0 }.mapValues(\.count)
        #expect(result.findings == classes)
        #expect(result.observationClasses == expected.observations)
        // Exclusive and complete.
        #expect(result.findingCount == Set(findings.map(\.key)).count)
        #expect(result.observations == findings.count)
        for effect in result.destinations {
            #expect(effect.findingsGained == expected.gained[effect.destination]?.count ?? 0)
            #expect(effect.findingsLost == expected.lost[effect.destination]?.count ?? 0)
        }
        for kind in ReplayClass.allCases where kind != .unchanged {
            let samples = result.samples.samples(of: kind)
            #expect(samples.count <= 50)
            for sample in samples { #expect(expected.findings[sample.finding.key.rawValue] == kind) }
            #expect(samples.map(\.finding.severity) == samples.map(\.finding.severity).sorted(by: >))
            #expect(Set(samples.map(\.finding.key)).count == samples.count)
        }
    }

    @Test(
        "of twenty planted mistakes each names exactly the findings that nobody gets",
        arguments: PlantedMistake.all
    )
    func planted(mistake: PlantedMistake) async throws {
        let after = try RoutingTable(text: mistake.rules)
        let before = try RoutingTable(text: PlantedMistake.rules)
        let result = try await ReplayRun(before, after, FakePast(PlantedMistake.findings)).result()
        let wanted = mistake.lost
        #expect(Set(result.samples.samples(of: .nobody).map(\.finding.key)) == Set(wanted.map(\.key)))
        #expect(result.findings == [.nobody: wanted.count, .unchanged: 100 - wanted.count])
        #expect(result.changes.map(\.change) == [ReplayChange(subject: .rule(mistake.rule), kind: .changed)])
        #expect(result.changes.first?.findings == [.nobody: wanted.count])
    }

    @Test("each change is judged by what it does by itself")
    func byChange() async throws {
        let rules = """
            {"version":1,"destinations":{"alpha":{"type":"webhook","url":{"env":"HOOK"}},
            "beta":{"type":"webhook","url":{"env":"HOOK"}}},"rules":[
            {"name":"a","when":{"account":"111122223333"},"send":["alpha"]},
            {"name":"b","when":{"account":"222233334444"},"send":["beta"]}]}
            """
        let changed = rules.replacing(#""222233334444"},"send":["beta"]"#, with: #""222233334444"},"suppress":"noise""#)
            .replacing(#""111122223333"},"send":["alpha"]"#, with: #""111122223333"},"send":["alpha","beta"]"#)
        let findings = (0..<30).map { index in
            Finding.example(key: "\(index)", account: index < 10 ? "111122223333" : "222233334444")
        }
        let result = try await ReplayRun(RoutingTable(text: rules), RoutingTable(text: changed), FakePast(findings))
            .result()
        #expect(result.findings == [.suppressed: 20, .elsewhere: 10])
        #expect(result.changes.map(\.findings) == [[.elsewhere: 10], [.suppressed: 20]])
        #expect(result.samples.samples(of: .suppressed, at: "beta").count == 20)
        #expect(result.suppressedHigh == 20)
        #expect(result.samples.samples(of: .elsewhere, at: "alpha").isEmpty)
        var limits = ReplayLimits()
        limits.changes = 1
        limits.samples = 7
        let cut = try await ReplayRun(
            RoutingTable(text: rules),
            RoutingTable(text: changed),
            FakePast(findings),
            limits: limits
        ).result()
        #expect(cut.changes.count == 1)
        #expect(cut.cuts.contains { $0.contains("that of 1 more is not") })
        #expect(cut.samples.samples(of: .suppressed).count == 7)
        // Counted, and not by the samples.
        #expect(cut.suppressedHigh == 20)
        #expect(try ReplayResult(stored: #require(cut.stored(atMost: 1 << 20))).suppressedHigh == 20)
        let mild = findings.map { finding in
            var finding = finding
            finding.severity = .medium
            return finding
        }
        let spared = try await ReplayRun(RoutingTable(text: rules), RoutingTable(text: changed), FakePast(mild))
            .result()
        #expect(spared.findings[.suppressed] == 20 && spared.suppressedHigh == 0)
    }

    @Test("only what was received in the time asked for is decided, and what limits cut is said")
    func stretch() async throws {
        var random = RandomRules(generator: SeededGenerator(seed: 9))
        let findings = (0..<10_000).map { _ in random.finding() }
        let table = try RoutingTable(text: random.text())
        let past = FakePast(findings)
        let (since, until) = (FakePast.begin + 86_400, FakePast.end - 2 * 86_400)
        let result = try await ReplayRun(table, table, past, since: since, until: until).result()
        let wanted = past.observed.count { $0.receivedAt >= since && $0.receivedAt < until }
        #expect(result.observations == wanted && result.cuts.isEmpty)
        var limits = ReplayLimits()
        limits.observations = 3_000
        let cut = try await ReplayRun(table, table, past, limits: limits).result()
        #expect(cut.observations == 4_000)
        #expect(cut.since == past.observed[6_000].receivedAt)
        #expect(cut.cuts == ["since \(cut.since.shown); one replay looks at no more than the newest 4000 observations"])
        let early = try await ReplayRun(table, table, past, since: FakePast.begin - 86_400).result()
        #expect(early.since == FakePast.begin)
        #expect(early.cuts == ["since \(FakePast.begin.shown); nothing is kept from before"])
        limits = ReplayLimits()
        limits.longest = .seconds(86_400)
        let short = try await ReplayRun(table, table, past, limits: limits).result()
        #expect(short.since == FakePast.end - 86_400 && short.cuts.count == 1)
    }

    @Test("a replay that nobody wants any more ends between two steps")
    func cancel() async throws {
        var random = RandomRules(generator: SeededGenerator(seed: 5))
        let findings = (0..<6_000).map { _ in random.finding() }
        let table = try RoutingTable(text: random.text())
        var past = FakePast(findings)
        // Cancelled while the second page is read.
        let pages = Counter()
        let running = Mutex<Task<ReplayResult, any Error>?>(nil)
        past.onPage = { if pages.next() == 2 { running.withLock { $0?.cancel() } } }
        let observed = past
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in begun { break }
            return try await ReplayRun(table, table, observed).result()
        }
        running.withLock { $0 = task }
        begin.yield()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(pages.value == 2)
    }

    @Test("how far it is is told after every page, with what is known since then")
    func progress() async throws {
        var random = RandomRules(generator: SeededGenerator(seed: 6))
        let findings = (0..<5_000).map { _ in random.finding() }
        let (before, after) = (try RoutingTable(text: random.text()), try RoutingTable(text: random.text()))
        let reports = Reports()
        _ = try await ReplayRun(before, after, FakePast(findings)).result { reports.add($0) }
        #expect(reports.all.map(\.done) == [0, 2_000, 4_000, 5_000])
        #expect(reports.all.allSatisfy { $0.of == 5_000 })
        #expect(reports.all.last?.since == FakePast.begin)
    }
}
