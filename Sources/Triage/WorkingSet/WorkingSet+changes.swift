extension WorkingSet {
    /// Kinds of changes that questions depend on.
    struct Part: OptionSet {
        let rawValue: Int

        /// Findings, problems and the ledger.
        static let findings = Part(rawValue: 1)
        static let alerts = Part(rawValue: 2)
        static let groups = Part(rawValue: 4)
        static let items = Part(rawValue: 8)
        static let messages = Part(rawValue: 16)
        static let sources = Part(rawValue: 32)
        static let holds = Part(rawValue: 64)
        static let silences = Part(rawValue: 128)
        /// Redelivery keys, what is counted by the hour, and what holds for all rows.
        static let rest = Part(rawValue: 256)
        static let all = Part(rawValue: 511)
    }

    /// What was changed since the last time, in the order of the numbers where there are any, so that rows are appended.
    mutating func takeChanges(_ part: Part) -> ChangedRows {
        var changes = ChangedRows()
        if part.contains(.findings) { takeFindings(&changes) }
        if part.contains(.alerts) {
            let changed = alerts.takeChanged()
            changes.alerts = changed.compactMap { key, row in row.map { (key, $0) } }
                .sorted { $0.key.problem < $1.key.problem }
            changes.removedAlerts = changed.filter { $0.row == nil }.map(\.key)
        }
        if part.contains(.groups) { takeGroups(&changes) }
        if part.contains(.items) {
            for (number, row) in items.takeChanged() {
                guard let row else { continue }
                if newItems.contains(number) { changes.newItems.append(row) } else { changes.items.append(row) }
            }
            newItems = []
            changes.newItems.sort { $0.item.number < $1.item.number }
        }
        if part.contains(.messages) {
            (changes.messages, messages) = (messages, [])
            (changes.folded, folded) = (folded, [])
        }
        if part.contains(.sources) {
            changes.sources = sources.takeChanged().map { ($0.key, $0.row ?? [:]) }
        }
        if part.contains(.holds) {
            changes.holds = holds.takeChanged().map { ($0.key, holdFindings[$0.key] ?? $0.key.problem, $0.row ?? []) }
        }
        if part.contains(.silences) {
            changes.closedSilences = silenceEnds.takeChanged().filter { $0.row == nil }.map(\.key)
        }
        if part.contains(.rest) {
            changes.redeliveryKeys = redeliveries.takeChanged().compactMap { key, row in row.map { (key, $0) } }
            (changes.counts, counts) = (counts, HourCounts())
            changes.applied = movedStreams.sorted().map { counters.applied.position(in: $0) }
            if movedHeldVersion { changes.heldUnderVersion = counters.heldUnderVersion }
            (movedStreams, movedHeldVersion) = ([], false)
        }
        return changes
    }

    private mutating func takeFindings(_ changes: inout ChangedRows) {
        for (number, row) in findings.takeChanged() {
            guard let row else { continue }
            let change = ChangedRows.FindingChange(
                row: row,
                finding: contents[row.observation]?.finding,
                isRenamed: renamed.contains(number)
            )
            if newFindings.contains(number) {
                changes.newFindings.append(change)
            } else {
                changes.findings.append(change)
            }
        }
        (newFindings, renamed) = ([], [])
        changes.problems = newProblems.compactMap { key in problems[key].map { (key, $0) } }
        newProblems = []
        (changes.ledger, ledger) = (ledger, [])
        changes.newFindings.sort { $0.row.number < $1.row.number }
    }

    private mutating func takeGroups(_ changes: inout ChangedRows) {
        for (number, group) in groups.takeChanged() {
            switch (group, newGroups.contains(number)) {
            case (let group?, true): changes.newGroups.append(group)
            case (let group?, false): changes.groups.append(group)
            case (nil, true): break
            case (nil, false): changes.removedGroups.append(number)
            }
        }
        newGroups = []
    }

    /// What was changed is as it is stored, since nothing stands behind.
    mutating func markStored() {
        redeliveries.markStored()
        findings.markStored()
        alerts.markStored()
        groups.markStored()
        items.markStored()
        sources.markStored()
        holds.markStored()
        silenceEnds.markStored()
        (newFindings, renamed, newProblems, newGroups, newItems) = ([], [], [], [], [])
        (movedStreams, movedHeldVersion) = ([], false)
    }

    /// Drops what is as it is stored, so that a long piece of work holds little at a time.
    mutating func forgetUnchanged() {
        guard index == nil else { return }
        redeliveries.forgetUnchanged()
        findings.forgetUnchanged()
        alerts.forgetUnchanged()
        items.forgetUnchanged()
        sources.forgetUnchanged()
        holds.forgetUnchanged()
        (findingNumbers, problems, members, contents) = ([:], [:], [:], [:])
    }
}
