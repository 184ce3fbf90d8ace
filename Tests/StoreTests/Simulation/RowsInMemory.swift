import Findings
import FoundationEssentials

@testable import Triage

/// The rows of a working set with nothing behind it, for a transaction that knows only what it has loaded of them.
///
/// It writes and loads single rows and hands every question on, so that two sets have to agree about what is where.
final class RowsInMemory: TriageRows {
    var working = WorkingSet()

    func counters() throws -> TriageCounters {
        var counters = working.counters
        counters.hasSources = working.sources.all.contains { $0.row.isEmpty == false }
        return counters
    }

    func load(_ wanted: WantedRows) throws -> FoundRows {
        var found = FoundRows()
        found.redeliveryKeys = wanted.redeliveryKeys.filter { (working.redeliveries[$0] ?? nil) != nil }
        let numbers = wanted.findings.compactMap { working.findingNumbers[$0] } + wanted.findingNumbers
        found.findings = numbers.compactMap { working.findings[$0] ?? nil }
        for key in wanted.problems { found.problems[key] = working.problems[key] }
        for problem in wanted.members { found.members[problem] = working.members[problem] }
        for number in wanted.contents { found.contents[number] = working.contents[number]?.finding }
        for key in wanted.alerts { found.alerts[key] = working.alerts[key] ?? nil }
        let groups = wanted.groups.compactMap { working.groupNumbers[$0] } + wanted.groupNumbers
        found.groups = groups.compactMap { working.groups[$0] ?? nil }
        found.items = wanted.items.compactMap { working.items[$0] ?? nil }
        for problem in wanted.sources { found.sources[problem] = working.sources[problem] ?? nil }
        for key in wanted.holds { found.holds[key] = working.holds[key] ?? nil }
        for id in wanted.silences { found.silenceEnds[id] = working.silenceEnds[id] ?? nil }
        return found
    }

    func write(_ changes: ChangedRows) throws {
        for entry in changes.redeliveryKeys { working.remember(entry.key, receivedAt: entry.receivedAt) }
        for problem in changes.problems {
            working.problems[problem.key] = problem.first
            working.members[problem.first] = [:]
        }
        for change in changes.newFindings + changes.findings {
            if let finding = change.finding { working.contents[change.row.observation] = ObservedFinding(finding) }
            working.save(change.row)
            working.counters.finding = max(working.counters.finding, change.row.number)
        }
        for row in changes.ledger {
            working.ledger.append(row)
            working.contents[row.subject.observation] = ObservedFinding(
                try Finding(storedForm: JSONDocument.parse(row.content))
            )
            working.counters.observation = max(working.counters.observation, row.subject.observation)
        }
        for number in changes.removedGroups { if let group = working.groups[number] ?? nil { working.remove(group) } }
        for group in changes.newGroups {
            working.groupNumbers[group.name] = group.number
            working.counters.group = max(working.counters.group, group.number)
        }
        for group in changes.newGroups + changes.groups { working.save(group) }
        for row in changes.newItems + changes.items {
            working.counters.item = max(working.counters.item, row.item.number)
            working.save(row)
        }
        for key in changes.removedAlerts { working.alerts.change(nil, at: key) }
        for entry in changes.alerts { working.save(entry.alert, of: entry.key) }
        for row in changes.messages {
            let id = working.queue(row.message, about: row.subject, now: row.queuedAt)
            working.messages[working.messages.count - 1].id = row.id
            guard NotificationSequence.number(in: id) == row.number else {
                throw StoredFormError("message \(row.number)")
            }
        }
        working.fold(changes.folded)
        for entry in changes.sources { working.save(entry.byDestination, of: entry.problem) }
        for entry in changes.holds { working.holds.change(entry.keys, at: entry.key) }
        for id in changes.closedSilences {
            working.silenceEnds.change(nil, at: id)
            working.index?.silences.removeAll { $0.id == id }
        }
        working.counts.add(changes.counts)
        for position in changes.applied { working.counters.applied.advance(to: position) }
        if let version = changes.heldUnderVersion { working.counters.heldUnderVersion = version }
        working.markStored()
    }

    func alerts(_ question: AlertQuestion, limit: Int) throws -> [FoundAlert] {
        Array(working.answer(question).prefix(limit))
    }

    func count(_ question: AlertQuestion, upTo limit: Int) throws -> Int { min(limit, working.answer(question).count) }

    func items(in group: Int64, _ state: WaitingItem.State, limit: Int) throws -> [ItemRow] {
        Array(working.items(in: group, state).prefix(limit))
    }

    func waitingCount(in group: Int64) throws -> Int { working.waitingCount(in: group) }

    func sum(of group: Int64) throws -> WaitingSum { working.sum(of: group) }

    func strongestSource(under keys: [String], besides problem: Int64, destination: String) throws -> Triage.Inhibitor?
    {
        working.strongestSource(under: keys, besides: problem, destination: destination)
    }

    func pending(at destination: String, upTo limit: Int) throws -> Int {
        min(limit, working.pendingCount(at: destination))
    }

    func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews] {
        working.queuedNews(at: destination, limit: limit)
    }

    func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] { working.dueGroups(now: now, limit: limit) }

    func destinationsHolding() throws -> [String] { working.destinationsHolding }

    func endedSilence(now: Date) throws -> EndedSilence? { working.endedSilence(now: now) }
}
