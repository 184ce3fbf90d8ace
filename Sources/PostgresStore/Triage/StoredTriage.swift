import Findings
import FoundationEssentials
import Store
import Triage

/// Triage's rows, inside the transaction of a session.
///
/// What is asked for at once goes in one way to the server and back, and what is written in one more: with a server that is a
/// millisecond away, ways are what applying is made of.
struct StoredTriage: TriageRows {
    let session: Session
    /// Groups that are left out of what is due, since they cannot be read.
    var unreadableGroups: Set<Int64> = []
    /// The node whose work this must be; `nil` for a store that is used alone.
    var fence: Int64?
    /// The version of the rules that decided; `nil` for no matter which.
    var version: Int?

    func counters() throws -> TriageCounters {
        let answers = try session.ask([
            // Whoever else would change what triage keeps waits here until this transaction ends.
            Statement(
                "SELECT held_under_version, alert_group, waiting_item, former_keys_through FROM control WHERE one FOR UPDATE"
            ),
            Statement("SELECT number, id FROM notification_numbers WHERE one FOR UPDATE"),
            // Whoever takes this node for gone waits until the transaction ends, and it begins no other.
            Statement("SELECT node FROM leases WHERE name = 'triage' FOR KEY SHARE"),
        ])
        if let fence, try answers[2].first?.integer(0) != fence { throw LeaseLost(.triage) }
        guard let control = answers[0].first, let numbers = answers[1].first else {
            throw StoredFormError("the row that holds for all others is missing")
        }
        // After the lock, so that what the one before wrote is seen.
        let rest = try session.ask([
            Statement("SELECT max(number) FROM findings"),
            Statement("SELECT max(number) FROM observations"),
            Statement("SELECT EXISTS (SELECT 1 FROM inhibition_sources)"),
            Statement("SELECT stream, applied FROM journal_streams"),
            // An activation waits for the row that is locked here: no batch commits by old rules after it.
            Statement("SELECT max(version) FROM revisions"),
        ])
        if fence != nil, let version, let active = try rest[4].first?.count(0), active > version {
            throw RulesChanged(version: active)
        }
        return TriageCounters(
            applied: JournalCursor(
                try rest[3].map { try JournalCursor.position(stream: $0.integer(0), sequence: $0.integer(1)) }
            ),
            heldUnderVersion: try control.count(0),
            finding: try rest[0].first?.integer(0) ?? 0,
            observation: try rest[1].first?.integer(0) ?? 0,
            group: try control.integer(1),
            item: try control.integer(2),
            notifications: NotificationSequence(after: try numbers.integer(0), lastID: try numbers.optionalText(1)),
            hasSources: try rest[2].first?.flag(0) ?? false,
            formerKeysThrough: try control.integer(3)
        )
    }

    func load(_ wanted: WantedRows) throws -> FoundRows {
        var statements: [Statement] = []
        var readers: [(Rows, inout FoundRows) throws -> Void] = []
        func want(_ statement: Statement?, _ read: @escaping (Rows, inout FoundRows) throws -> Void) {
            guard let statement else { return }
            statements.append(statement)
            readers.append(read)
        }
        want(RedeliveryRows.known(wanted.redeliveryKeys)) { rows, found in
            found.redeliveryKeys = try RedeliveryRows.keys(wanted.redeliveryKeys, in: rows)
        }
        want(FindingRows.select(wanted.findings)) { try $1.findings += $0.map(FindingRows.row) }
        want(FindingRows.select(numbers: wanted.findingNumbers)) { try $1.findings += $0.map(FindingRows.row) }
        want(FindingRows.problems(wanted.problems)) { rows, found in
            found.problems = try FindingRows.problems(wanted.problems, in: rows)
        }
        want(FindingRows.members(of: wanted.members)) { try $1.members = FindingRows.members(in: $0) }
        want(ObservationRows.contents(wanted.contents)) { try $1.contents = ObservationRows.contents(in: $0) }
        want(AlertRows.select(wanted.alerts)) { try $1.alerts = AlertRows.alerts(in: $0) }
        want(try GroupRows.select(wanted.groups)) { try $1.groups += $0.map(GroupRows.group) }
        want(GroupRows.select(numbers: wanted.groupNumbers)) { try $1.groups += $0.map(GroupRows.group) }
        want(ItemRows.select(wanted.items)) { try $1.items += $0.map(ItemRows.item) }
        want(InhibitionRows.sources(of: wanted.sources)) { try $1.sources = InhibitionRows.sources(in: $0) }
        want(InhibitionRows.keys(holding: wanted.holds)) { try $1.holds = InhibitionRows.holds(in: $0) }
        var found = FoundRows()
        if statements.isEmpty == false {
            for (rows, read) in zip(try session.ask(statements), readers) { try read(rows, &found) }
        }
        if wanted.silences.isEmpty == false { found.silenceEnds = try SilenceRows.ends(of: wanted.silences, session) }
        for key in wanted.formerKeys { found.former[key] = try FormerRows.find(key, session) }
        return found
    }

    func write(_ changes: ChangedRows) throws {
        RedeliveryRows.insert(changes.redeliveryKeys, session)
        try FindingRows.insert(changes.newFindings, session)
        try FindingRows.save(changes.findings, session)
        FindingRows.insert(problems: changes.problems, session)
        ObservationRows.insert(changes.ledger, session)
        // Before the new ones: a group may have the name of one that is gone.
        GroupRows.remove(changes.removedGroups, session)
        try GroupRows.insert(changes.newGroups, session)
        GroupRows.save(changes.groups, session)
        ItemRows.insert(changes.newItems, session)
        ItemRows.save(changes.items, session)
        AlertRows.remove(changes.removedAlerts, session)
        AlertRows.save(changes.alerts, session)
        try NotificationRows.insert(changes.messages, session)
        QueueRows.fold(changes.folded, session)
        InhibitionRows.replaceSources(changes.sources, session)
        InhibitionRows.replaceHolds(changes.holds, session)
        if changes.closedSilences.isEmpty == false { SilenceRows.close(changes.closedSilences, session) }
        RuleHourRows.add(changes.counts.rules, session)
        FateHourRows.add(changes.counts.fates, session)
        OpenHourRows.add(changes.counts.open, session)
        ShadowRows.add(changes.counts.shadows, session)
        if changes.applied.isEmpty == false {
            session.later(
                """
                UPDATE journal_streams s SET applied = u.applied
                FROM unnest($1::bigint[], $2::bigint[]) AS u(stream, applied) WHERE s.stream = u.stream
                """,
                [changes.applied.map(JournalCursor.stream), changes.applied.map(JournalCursor.sequence)]
            )
        }
        if let version = changes.heldUnderVersion {
            session.later("UPDATE control SET held_under_version = $1 WHERE one", [version])
        }
    }

    func alerts(_ question: AlertQuestion, limit: Int) throws -> [FoundAlert] {
        try AlertRows.list(question, limit: limit, session)
    }

    func count(_ question: AlertQuestion, upTo limit: Int) throws -> Int {
        try AlertRows.count(question, upTo: limit, session)
    }

    func items(in group: Int64, _ state: WaitingItem.State, limit: Int) throws -> [ItemRow] {
        try ItemRows.items(in: group, state, limit: limit, session)
    }

    func waitingCount(in group: Int64) throws -> Int { try ItemRows.count(in: group, session) }

    func sum(of group: Int64) throws -> WaitingSum { try ItemRows.sum(of: group, session) }

    func strongestSource(
        under keys: [String],
        besides problem: Int64,
        destination: String
    ) throws -> Triage.Inhibitor? {
        try InhibitionRows.strongest(under: keys, besides: problem, destination: destination, session)
    }

    func pending(at destination: String, upTo limit: Int) throws -> Int {
        try QueueRows.pending(at: destination, upTo: limit, session)
    }

    func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews] {
        try QueueRows.news(at: destination, limit: limit, session)
    }

    func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] {
        try GroupRows.due(now: now, limit: limit, besides: unreadableGroups, session)
    }

    func destinationsHolding() throws -> [String] { try InhibitionRows.destinations(session) }

    func endedSilence(now: Date) throws -> EndedSilence? { try SilenceRows.ended(now: now, session) }
}
