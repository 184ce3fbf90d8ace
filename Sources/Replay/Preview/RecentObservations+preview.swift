import Findings
import Routing
import Triage

extension RecentObservations {
    private static let shown = 10

    /// Says what a candidate would change.
    ///
    /// - Parameters:
    ///   - before: The rules that are compared with.
    ///   - after: The candidate.
    ///   - rule: The name of the rule that is being written.
    /// - Returns: The effect on everything that is held.
    /// - Throws: `CancellationError`.
    package func preview(from before: PreviewedRules, to after: PreviewedRules, rule: String?) throws -> ReplayPreview {
        var changes: [Int64: Int] = [:]
        var known: [DecidedChange] = []
        var worst = [ReplayClass?](repeating: nil, count: findings.count)
        var candidates: [ReplayClass: [(item: Item, change: Int)]] = [:]
        for item in items {
            let one = before.ofShape[Int(item.shape)]
            let other = after.ofShape[Int(item.shape)]
            let pair = Int64(one) << 32 | Int64(other)
            let number = changes[pair] ?? known.count
            if number == known.count {
                changes[pair] = number
                let (before, after) = (before.decisions[Int(one)], after.decisions[Int(other)])
                known.append(
                    DecidedChange(before: before, after: after, change: DecisionChange(from: before, to: after))
                )
            }
            let kind = known[number].change.kind
            let finding = Int(item.finding)
            worst[finding] = min(worst[finding] ?? .unchanged, kind)
            if kind != .unchanged { candidates[kind, default: []].append((item, number)) }
        }
        let samples = candidates.reduce(into: [ReplayClass: [PreviewSample]]()) { samples, list in
            let mine = list.value.filter { worst[Int($0.item.finding)] == list.key }
            samples[list.key] = shown(mine).map { sample($0.item, known[$0.change].before, known[$0.change].after) }
        }
        return ReplayPreview(
            since: since,
            until: until,
            observations: items.count,
            findings: worst.reduce(into: [:]) { if let kind = $1 { $0[kind, default: 0] += 1 } },
            samples: samples,
            rule: try rule.flatMap { try preview(ofRule: $0, before, after) },
            leavesOutPatterns: before.table.hasPatterns || after.table.hasPatterns
        )
    }

    private func preview(
        ofRule name: String,
        _ before: PreviewedRules,
        _ after: PreviewedRules
    ) throws -> RulePreview? {
        let rule = after.table.document.rules.first { $0.name == name }
        guard rule != nil || before.table.document.rules.contains(where: { $0.name == name }) else { return nil }
        var preview = RulePreview()
        let matched = (
            before: before.decisions.map { $0.matched.contains(name) },
            after: after.decisions.map { $0.matched.contains(name) }
        )
        if let rule { try count(rule, after, matched.after, into: &preview) }
        var did = [Bool](repeating: false, count: findings.count)
        var does = did
        var changed: [(item: Item, isGained: Bool)] = []
        for item in items {
            let was = matched.before[Int(before.ofShape[Int(item.shape)])]
            let isNow = matched.after[Int(after.ofShape[Int(item.shape)])]
            if was { did[Int(item.finding)] = true }
            if isNow { does[Int(item.finding)] = true }
            if was != isNow { changed.append((item, isNow)) }
        }
        let gained = changed.filter { $0.isGained && did[Int($0.item.finding)] == false }
        let lost = changed.filter { $0.isGained == false && does[Int($0.item.finding)] == false }
        preview.gained = Set(gained.map(\.item.finding)).count
        preview.lost = Set(lost.map(\.item.finding)).count
        func samples(_ list: [(item: Item, isGained: Bool)]) -> [PreviewSample] {
            shown(list.map { (item: $0.item, change: 0) }).map { shown in
                let shape = Int(shown.item.shape)
                return sample(
                    shown.item,
                    before.decisions[Int(before.ofShape[shape])],
                    after.decisions[Int(after.ofShape[shape])]
                )
            }
        }
        preview.gainedSamples = samples(gained)
        preview.lostSamples = samples(lost)
        preview.stillTold = stillTold(lost.map(\.item), after)
        return preview
    }

    private func count(
        _ rule: Rule,
        _ after: PreviewedRules,
        _ matched: [Bool],
        into preview: inout RulePreview
    ) throws {
        let steps = ConditionSteps(rule.when, accounts: after.table.document.accounts)
        let noEvent = try JSONDocument.parse("{}")
        let key = FindingKey("")
        let passed = try shapes.enumerated().map { index, shape in
            if index % 1_024 == 0 { try Task.checkCancellation() }
            return steps.passed(by: Observation(finding: values.finding(shape, key: key), event: noEvent))
        }
        var counts = [Int](repeating: 0, count: steps.names.count)
        for item in items {
            let held = passed[Int(item.shape)]
            for index in 0..<held { counts[index] += 1 }
            if held == steps.names.count, matched[Int(after.ofShape[Int(item.shape)])] == false {
                preview.endedEarlier += 1
            }
        }
        preview.tests = zip(steps.names, counts).map { RulePreview.Test(name: $0, passed: $1) }
    }

    /// Where findings are told under the later rules, the most first.
    private func stillTold(_ items: [Item], _ after: PreviewedRules) -> [(destination: String?, findings: Int)] {
        var told: [String?: Set<UInt32>] = [:]
        for item in items {
            let destinations = after.decisions[Int(after.ofShape[Int(item.shape)])].destinations
            for destination in destinations { told[destination, default: []].insert(item.finding) }
            if destinations.isEmpty { told[nil, default: []].insert(item.finding) }
        }
        return told.sorted { ($1.value.count, $0.key ?? "") < ($0.value.count, $1.key ?? "") }
            .map { ($0.key, $0.value.count) }
    }

    /// The most severe first, then the newest, each finding once.
    private func shown(_ list: [(item: Item, change: Int)]) -> [(item: Item, change: Int)] {
        var seen: Set<UInt32> = []
        var bySeverity: [Severity: [(item: Item, change: Int)]] = [:]
        for one in list { bySeverity[shapes[Int(one.item.shape)].severity, default: []].append(one) }
        var found: [(item: Item, change: Int)] = []
        for severity in bySeverity.keys.sorted(by: >) {
            for one in bySeverity[severity] ?? [] where seen.insert(one.item.finding).inserted {
                found.append(one)
                if found.count == RecentObservations.shown { return found }
            }
        }
        return found
    }

    private func sample(_ item: Item, _ before: Decision, _ after: Decision) -> PreviewSample {
        PreviewSample(
            finding: finding(of: item),
            findingID: findings[Int(item.finding)].number.map { Subject.id(ofFinding: $0) },
            receivedAt: receivedAt(item),
            before: before,
            after: after
        )
    }
}
