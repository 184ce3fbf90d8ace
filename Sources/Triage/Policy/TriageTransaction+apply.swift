import Findings
package import FoundationEssentials
package import Routing

/// Entries that do not continue the applied part of the journal.
package struct JournalOrderError: Error, Hashable, CustomStringConvertible {
    package var expected: Int64
    package var found: Int64

    package var description: String {
        "journal entry \(found) cannot be applied: the next one is \(expected)"
    }
}

extension TriageTransaction {
    /// Applies decided entries; see `Intake.apply`.
    ///
    /// An entry may hold another number of observations than was counted when it was accepted, since a newer version of
    /// the decoder reads it now; the received ones are corrected to what was found.
    ///
    /// - Parameters:
    ///   - entries: In journal order, beginning with the first unapplied one.
    ///   - now: The time of application.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: ``JournalOrderError``, and what the rows throw.
    package mutating func apply(
        _ entries: [DecidedEntry],
        now: Date,
        change: inout TotalsChange
    ) throws -> AppliedBatch {
        var batch = AppliedBatch(applied: working.counters.applied, observations: 0, redelivered: 0, notifications: 0)
        try preload(for: entries)
        for entry in entries {
            let next = batch.applied.next(like: entry.position)
            guard entry.position == next else { throw JournalOrderError(expected: next, found: entry.position) }
            batch.applied.advance(to: entry.position)
            batch.oldestReceivedAt = min(batch.oldestReceivedAt ?? entry.receivedAt, entry.receivedAt)
            let found = try apply(eventsOf: entry, now: now, batch: &batch, change: &change)
            change.add(-entry.observations, to: .waiting)
            change.add(found - entry.observations, to: .received)
            advance(to: entry.position)
        }
        try send()
        return batch
    }

    /// Applies an entry that stood aside, out of its turn; see `SetAsideEntries.applyAgain`.
    ///
    /// - Parameters:
    ///   - entry: As it is decided now.
    ///   - counted: What it is counted with among those that stand aside.
    ///   - now: The time of application.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: What the rows throw.
    package mutating func applyAgain(
        _ entry: DecidedEntry,
        counted: Int,
        now: Date,
        change: inout TotalsChange
    ) throws -> AppliedBatch {
        var batch = AppliedBatch(applied: working.counters.applied, observations: 0, redelivered: 0, notifications: 0)
        let found = try apply(eventsOf: entry, now: now, batch: &batch, change: &change)
        change.add(-counted, to: .setAside)
        // Of an entry that could not even be counted the rest is still among those that wait.
        change.add(counted - entry.observations, to: .waiting)
        change.add(found - entry.observations, to: .received)
        try send()
        return batch
    }

    /// - Returns: How many observations the entry holds.
    private mutating func apply(
        eventsOf entry: DecidedEntry,
        now: Date,
        batch: inout AppliedBatch,
        change: inout TotalsChange
    ) throws -> Int {
        var found = 0
        for event in entry.events {
            let count = event.observations.count
            found += count
            if let key = event.redeliveryKey, try remember(key, receivedAt: entry.receivedAt) == false {
                batch.redelivered += count
                change.add(count, to: .redelivered)
                continue
            }
            batch.observations += count
            for observation in event.observations {
                let outcomes = try apply(observation, of: entry, now: now, change: &change)
                for outcome in outcomes {
                    batch.notifications += outcome.notifications.count
                    if outcome.item != nil || outcome.held == HeldReason.inhibited.rawValue {
                        batch.hasTimers = true
                    }
                }
            }
        }
        return found
    }

    private mutating func apply(
        _ observation: DecidedObservation,
        of entry: DecidedEntry,
        now: Date,
        change: inout TotalsChange
    ) throws -> [ObservationRecord.Outcome] {
        let (observation, hasNewText, isFurtherPage) = try read(observation)
        let finding = observation.finding
        let decision = observation.decision
        var record = ObservationRecord(
            position: entry.position,
            receivedAt: entry.receivedAt,
            severity: finding.severity,
            status: finding.status,
            version: decision.version,
            matched: decision.matched,
            disposition: decision.verdict.disposition
        )
        let (subject, state) = try observe(
            observation.observed,
            problem: observation.problem,
            disposition: record.disposition,
            receivedAt: entry.receivedAt
        )
        let news = News(
            observation: observation,
            state: state,
            hasNewText: hasNewText,
            isFurtherPage: isFurtherPage,
            receivedAt: entry.receivedAt,
            now: now
        )
        switch decision.verdict {
        case .unrouted: change.add(1, to: .unrouted)
        case .suppressed(_, let reason):
            change.add(1, to: .suppressed)
            record.reason = reason
        case .routed(let destinations):
            change.add(1, to: .routed)
            for routed in destinations {
                record.outcomes.append(try triage(news, routed, about: subject, change: &change))
            }
        }
        try resolve(news, beside: &record, about: subject, change: &change)
        try forgetSources(news, about: subject)
        count(observation, record, of: subject.finding)
        self.record(record, of: observation, about: subject)
        if rows != nil, preloading == .nothing { try send() }
        return record.outcomes
    }

    /// The observation beside what was known before it, where that matters: pages of one message are put together, and a text
    /// may bring news.
    private mutating func read(
        _ observation: DecidedObservation
    ) throws -> (observation: DecidedObservation, hasNewText: Bool, isFurtherPage: Bool) {
        guard observation.isReadBesideBefore, let known = try lastObserved(observation.finding.key) else {
            return (observation, false, false)
        }
        let hasNewText = observation.finding.hasNews(after: known)
        guard let whole = observation.finding.joined(to: known) else { return (observation, hasNewText, false) }
        return (observation.telling(whole), hasNewText, true)
    }

    /// Takes back what was announced at destinations that the decision does not name.
    ///
    /// These are messages beside those of the decision: they are counted as due, and the observation stays what the
    /// decision made of it.
    private mutating func resolve(
        _ news: News,
        beside record: inout ObservationRecord,
        about subject: Subject,
        change: inout TotalsChange
    ) throws {
        guard let resolutions = news.observation.resolutions, news.state.status == .resolved,
            news.state.isStale == false
        else { return }
        let named = Set(record.outcomes.map(\.destination))
        for destination in resolutions.destinations where named.contains(destination) == false {
            let alert = try alert(about: subject, finding: news.problem, destination: destination)
            guard let alert, alert.status != .resolved,
                let routed = resolutions.routed(to: destination, announcedBy: alert.rule)
            else { continue }
            guard alert.notifiedSeverity != nil || alert.waiting != nil || alert.held != nil else { continue }
            record.outcomes.append(try triage(news, routed, about: subject, change: &change))
        }
    }

    /// What one observation comes to at one destination.
    private mutating func triage(
        _ news: News,
        _ routed: Decision.Routed,
        about subject: Subject,
        change: inout TotalsChange
    ) throws -> ObservationRecord.Outcome {
        try beginStorm(at: routed, now: news.now, change: &change)
        let stored = try alert(about: subject, finding: news.problem, destination: routed.destination)
        let routed = ending(stored, news) ?? routed
        let reading = Triage.read(
            alert: stored,
            key: news.problem,
            state: news.state,
            kind: news.finding.kind,
            hasNewText: news.hasNewText,
            isSighting: news.isFurtherPage == false,
            observedAt: news.finding.updatedAt,
            beganAt: stored == nil ? news.finding.beganAt : nil,
            routed: routed,
            version: news.observation.decision.version,
            receivedAt: news.receivedAt
        )
        if reading.transition != .stale { try noteSource(news, routed, about: subject, now: news.now) }
        let inhibitor = try reading.isNews ? inhibitor(of: news, routed, about: subject) : nil
        let silences = try reading.isNews ? inForce(news.observation.silences) : []
        var judgement = Triage.judge(
            reading,
            terms: routed.terms,
            gates: Triage.Gates(silences: silences, inhibitor: inhibitor),
            now: news.now
        )
        if let waiting = judgement.withdrawn, let units = try withdraw(item: waiting.item) {
            change.move(units, from: .pending, to: .held(.superseded))
        }
        // What is older says nothing of what holds the alert back, and may have met a rule that holds nothing.
        if reading.transition != .stale { try noteHeld(judgement.alert, before: stored, news, routed, about: subject) }
        change.add(routed.units, to: .due)
        var outcome = ObservationRecord.Outcome(
            destination: routed.destination,
            rule: routed.rule,
            transition: judgement.transition,
            held: nil,
            notifications: []
        )
        switch judgement.disposition {
        case .held(let reason, let by):
            outcome.held = reason.rawValue
            outcome.heldBy = by
            if news.observation.isReadBesideBefore, reading.transition != .stale, let waiting = judgement.alert.waiting,
                waiting.transition != .resolved || news.finding.pages != nil && news.state.status == .resolved
            {
                // What waits is told as it is by then.
                try refer(item: waiting.item, to: subject)
            }
            change.add(routed.units, to: .held(reason))
        case .announce(let notBefore):
            change.add(routed.units, to: .pending)
            let announcement = Announcement(
                transition: judgement.transition,
                receivedAt: news.receivedAt,
                notBefore: notBefore,
                units: routed.units
            )
            try announce(
                announcement,
                &judgement.alert,
                of: news.finding,
                routed,
                about: subject,
                now: news.now,
                outcome: &outcome,
                change: &change
            )
        }
        if judgement.transition != .stale { save(judgement.alert, about: subject) }
        return outcome
    }

    /// On what terms an end is told: those of the rule that told of the beginning, for a passed control is INFORMATIONAL and
    /// meets another rule, which may want no ends or tell them in another message.
    private func ending(_ alert: Alert?, _ news: News) -> Decision.Routed? {
        guard let alert, alert.notifiedSeverity != nil, alert.status != .resolved, news.state.status == .resolved else {
            return nil
        }
        return news.observation.resolutions?.routed(to: alert.destination, announcedBy: alert.rule)
    }

    /// The silences as they are by now: one may have been ended since the observation was decided, and what it hid has been
    /// told; nobody would look for what it hides from then on.
    private mutating func inForce(_ matches: [SilenceMatch]) throws -> [SilenceMatch] {
        var inForce: [SilenceMatch] = []
        for match in matches {
            guard let endsAt = try end(ofSilence: match.silence) else { continue }
            var match = match
            match.endsAt = endsAt
            inForce.append(match)
        }
        return inForce
    }
}

/// One observation on its way through triage.
struct News {
    let observation: DecidedObservation
    let state: ProblemState
    /// Whether the text says what was not known before.
    let hasNewText: Bool
    /// Whether it is one more page of a message of which one came before.
    let isFurtherPage: Bool
    let receivedAt: Date
    let now: Date

    var finding: Finding { observation.finding }
    /// The problem that the finding reports.
    var problem: FindingKey { observation.problem ?? observation.finding.key }
}

extension Decision.Routed {
    /// What one announcement is in the totals: its messages. A destination without recipients still owes one: its lane
    /// then says what is wrong with it.
    package var units: Int { max(1, recipients.count) }

    /// One for each message, never empty.
    package var messages: [String?] { recipients.isEmpty ? [nil] : recipients }
}

extension Decision.Verdict {
    package static let suppressedDisposition = "suppressed"

    /// `routed`, `suppressed` or `unrouted`.
    package var disposition: String {
        switch self {
        case .routed: "routed"
        case .suppressed: Self.suppressedDisposition
        case .unrouted: "unrouted"
        }
    }
}
