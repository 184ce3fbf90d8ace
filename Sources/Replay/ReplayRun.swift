import Findings
import FoundationEssentials
import Routing
package import Store

/// Two rule sets on what was observed: who would have been told, and how many messages that would have been.
///
/// The newest observations come first, so that what is known at any moment is true since some moment.
package struct ReplayRun: Sendable {
    private let question: ReplayQuestion
    private let history: any History
    private let silences: any Silences
    private let limits: ReplayLimits
    private let elapsed: @Sendable () -> Duration
    private let pace: ReplayPace

    /// Between two looks at whether somebody still wants the answer, and whether others have work.
    private static let step = 256

    /// - Parameters:
    ///   - question: What is asked.
    ///   - history: What was observed.
    ///   - silences: Those that hold messages back.
    ///   - limits: How far it goes.
    ///   - pace: How it gives way to others.
    ///   - elapsed: A clock that only goes forward, for the time that messages may take.
    package init(
        _ question: ReplayQuestion,
        history: any History,
        silences: any Silences,
        limits: ReplayLimits = ReplayLimits(),
        pace: ReplayPace = .steady,
        elapsed: @escaping @Sendable () -> Duration
    ) {
        self.question = question
        self.history = history
        self.silences = silences
        self.limits = limits
        self.elapsed = elapsed
        self.pace = pace
    }

    /// Replays.
    ///
    /// - Parameter report: Told how far it is, after every page.
    /// - Returns: What came of it.
    /// - Throws: `CancellationError`, or when the history cannot be read.
    package func result(report: @Sendable (ReplayProgress) -> Void) async throws -> ReplayResult {
        let earliest = question.until.addingTimeInterval(-limits.longest.seconds)
        let since = max(question.since, earliest)
        let warmUp = question.depth == .messages ? limits.warmUp.seconds : 0
        let past = Past(history, source: source, since: since.addingTimeInterval(-warmUp))
        var walk = ReplayWalk(since: since)
        if since > question.since { walk.cuts.append(ReplayCut.tooLong(since, limits.longest)) }
        var tally = DecisionTally(question, limits)
        var decided = past
        decided.part = .decided
        try await decide(decided, &walk, &tally, report)
        tally.close()
        var result = ReplayResult(
            since: walk.reached,
            until: question.until,
            readsJournal: past.isJournal,
            observations: tally.observations,
            findings: tally.fates.classes,
            observationClasses: tally.observationClasses,
            suppressedHigh: tally.suppressedHigh,
            destinations: tally.destinations,
            rules: tally.rules,
            changes: tally.effects.result,
            samples: tally.samples
        )
        if tally.effects.omitted > 0 { walk.cuts.append(ReplayCut.changes(limits.changes, tally.effects.omitted)) }
        if tally.effects.isCut { walk.cuts.append(ReplayCut.changedObservations(limits.changedObservations)) }
        if question.depth == .messages {
            let replay = MessageReplay(
                question: question,
                past: past,
                silences: try await relevantSilences(since: past.since),
                limits: limits,
                pace: pace,
                elapsed: elapsed
            )
            let (reached, findings) = (walk.reached, tally.fates.classes)
            let (messages, cuts) = try await replay.run(walk.pages, decisionsSince: reached) {
                report(ReplayProgress(phase: .messages, done: $0, of: $1, since: reached, findings: findings))
            }
            result.messages = messages
            walk.cuts += cuts
        }
        result.cuts = walk.cuts
        return result
    }

    private var source: Past.Source {
        guard question.needsJournal else { return .findings }
        let (before, after) = (question.before.document.severities, question.after.document.severities)
        return .journal(
            FindingDecoder(defaults: before),
            other: before == after ? nil : FindingDecoder(defaults: after)
        )
    }

    private func decide(
        _ past: Past,
        _ walk: inout ReplayWalk,
        _ tally: inout DecisionTally,
        _ report: (ReplayProgress) -> Void
    ) async throws {
        var cursor = try await past.cursor(at: question.until)
        let total = try await past.observationCount(from: walk.since, until: question.until)
        var redeliveries: Set<Int> = []
        report(ReplayProgress(phase: .decisions, done: 0, of: total, since: nil, findings: [:]))
        var ready = try await past.page(before: cursor)
        while let page = ready {
            try Task.checkCancellation()
            // The next page is read while this one is decided; it begins with that before this goes on.
            async let following = past.page(before: page.next)
            await Task.yield()
            walk.pages.append(page)
            cursor = page.next
            var sinceCheck = 0
            for event in page.events where event.receivedAt >= walk.since {
                if let key = event.redeliveryKey, redeliveries.insert(key.hashValue).inserted == false { continue }
                for observation in event.observations.reversed() {
                    tally.add(observation, of: event)
                    sinceCheck += 1
                    if sinceCheck % ReplayRun.step == 0 {
                        try Task.checkCancellation()
                        try await pace.rest()
                    }
                }
                walk.oldest = event.receivedAt
            }
            report(
                ReplayProgress(
                    phase: .decisions,
                    done: tally.observations,
                    of: max(total, tally.observations),
                    since: walk.oldest,
                    findings: tally.fates.classes
                )
            )
            if tally.observations >= limits.observations, page.oldest >= walk.since {
                walk.end(at: page.oldest, because: ReplayCut.observations(page.oldest, tally.observations))
                return
            }
            ready = try await following
        }
        try await walk.settle(past, from: cursor, until: question.until)
    }

    /// Every silence that was in force at some moment of the replay.
    private func relevantSilences(since: Date) async throws -> [Silence] {
        var found: [Silence] = []
        var cursor: String?
        repeat {
            let page = try await silences.silences(nil, now: question.until, page: Page(limit: 500, cursor: cursor))
            found += page.items.filter { $0.endsAt > since && $0.startsAt < question.until }
            cursor = page.next
        } while cursor != nil && found.count < ReplayRun.mostSilences
        return found
    }

    private static let mostSilences = 5_000
}
