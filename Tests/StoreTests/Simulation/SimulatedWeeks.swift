import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

/// Some weeks of somebody's life with Noroshi: observations, edits of the rules, silences, crashes and outages, all from
/// one seed, on the real triage.
struct SimulatedWeeks {
    private static let destinations = ["chat", "mail", "hook", "daily"]

    private var generator: SeededGenerator
    private let tables: [RoutingTable]
    private let event: JSON
    private var table: RoutingTable {
        didSet { noSilences = SilenceTable([], for: table) }
    }
    private var noSilences: SilenceTable
    private var triage = WorkingSet()
    private var totals = TotalsChange()
    private var readers = Readers()
    private var now = Date.t(0)
    private var position: Int64 = 0
    private var silences: [(match: SilenceMatch, account: String)] = []
    /// Accepted, and applied together when there are so many.
    private var backlog: [DecidedEntry] = []
    private var backlogSize = 1
    private let largestBacklog: Int
    private var outages: Set<String> = []
    private(set) var faults: [String] = []
    /// What was done to the rows, in order; kept when it is to be done to a store as well.
    private(set) var operations: [Operation]?

    /// One thing that is done to the rows.
    enum Operation {
        /// Accepted before, in this order, and applied in one transaction.
        case apply([DecidedEntry], at: Date)
        case fire(RoutingTable, at: Date)
        case silence(SilenceMatch, account: String, at: Date)
        case endSilence(String, at: Date)
        /// The message with this index in the order of queueing has been delivered.
        case deliver(Int, at: Date)
    }

    /// - Parameters:
    ///   - seed: Decides everything that happens.
    ///   - tables: The rule sets that people switch between.
    ///   - event: Stands for the event of every finding.
    ///   - isKept: Whether to keep the operations.
    ///   - largestBacklog: How many entries may come before they are applied, together; with 1 each is applied at once.
    init(seed: UInt64, tables: [RoutingTable], event: JSON, isKept: Bool = false, largestBacklog: Int = 1) {
        operations = isKept ? [] : nil
        self.largestBacklog = largestBacklog
        generator = SeededGenerator(seed: seed)
        self.tables = tables
        self.event = event
        table = tables[Int.random(in: 0..<tables.count, using: &generator)]
        noSilences = SilenceTable([], for: table)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    /// Lives through it, and returns everything that was not as it must be.
    mutating func run(steps: Int) throws -> [String] {
        for _ in 0..<steps where faults.isEmpty {
            try pass(pick([1, 5, 20, 40, 300, 3_600, 20_000, 90_000]))
            switch Int.random(in: 0..<20, using: &generator) {
            case 0...13: try observe(count: chance(10) ? 8 : 1)
            case 14: silence()
            case 15: endSilence()
            case 16: edit()
            case 17: try crash()
            case 18: outages.formSymmetricDifference([pick(SimulatedWeeks.destinations)])
            default: break
            }
            try deliver()
            check()
        }
        if faults.isEmpty { try finish() }
        let found = faults + readers.faults
        guard found.isEmpty == false, let place = readers.faultAt ?? readers.open.keys.first else { return found }
        return found + [story(of: place)]
    }

    /// Everything that was said about a problem at a destination, to find out why that was wrong.
    private func story(of place: Readers.Place) -> String {
        var lines: [String] = []
        for row in triage.everyObservation where row.subject.problem == place.problem {
            let (record, key) = (row.record, row.key)
            for outcome in record.outcomes where outcome.destination == place.destination {
                lines.append(
                    "\(record.receivedAt) \(key) \(record.severity) \(record.status) v\(record.version) → "
                        + "\(outcome.transition) \(outcome.held ?? "") \(outcome.notifications) \(outcome.item ?? 0)"
                )
            }
            if record.outcomes.allSatisfy({ $0.destination != place.destination }) {
                lines.append("\(record.receivedAt) \(key) \(record.severity) \(record.status) → elsewhere")
            }
        }
        for message in triage.everyMessage where message.message.destination == place.destination {
            let told = triage.told(in: message.id).filter { $0.problem == place.problem }
            guard told.isEmpty == false || message.subject.problem == place.problem else { continue }
            let queued = message.message
            lines.append(
                "\(message.queuedAt) \(message.id) \(message.state) \(queued.facts.transition) \(queued.facts.severity) "
                    + "known \(queued.known as Any) \(queued.bundle?.occasion.rawValue ?? "") "
                    + "\(told.map { "\($0.item.number) \($0.item.transition) \($0.item.severity)" })"
            )
        }
        return lines.sorted().joined(separator: "\n")
    }

    /// Every message, in the order of queueing, and what the totals are.
    var result: (messages: [SimulatedMessage], totals: TotalsChange) {
        (triage.everyMessage.map { SimulatedMessage($0) }, totals)
    }

    // MARK: What happens

    private func finding(
        _ number: Int,
        _ severity: Severity,
        _ status: FindingStatus,
        updatedAt: Date?,
        text: String = "first"
    ) -> Finding {
        var finding = Finding.example(
            key: "finding-\(number)",
            severity: severity,
            account: ["111111111111", "222222222222", "999999999999"][number % 3],
            region: number % 2 == 0 ? "us-east-1" : "eu-west-1",
            status: status,
            updatedAt: updatedAt
        )
        finding.resources = [Resource(id: "resource-\(number % 4)")]
        if number < 3 {
            // What their source says of them is news.
            finding.kind = .health
            finding.description = text
        }
        return finding
    }

    private mutating func observe(count: Int) throws {
        var observations: [DecidedObservation] = []
        for _ in 0..<count {
            let severities: [Severity] = [.low, .medium, .high, .high, .critical]
            let status: FindingStatus = chance(65) ? .active : chance(80) ? .resolved : .acknowledged
            let dated: Date? = chance(70) ? nil : chance(70) ? now : now.addingTimeInterval(-10_000)
            observations.append(
                decided(
                    finding(
                        Int.random(in: 0..<9, using: &generator),
                        pick(severities),
                        status,
                        updatedAt: dated,
                        text: pick(["first", "second", "third"])
                    )
                )
            )
        }
        try apply(observations, key: chance(20) ? "event-\(Int.random(in: 0..<20, using: &generator))" : nil)
    }

    private mutating func decided(_ finding: Finding) -> DecidedObservation {
        DecidedObservation(
            finding: finding,
            decision: table.decide(Observation(finding: finding, event: event)),
            resolutions: finding.status == .resolved ? table.resolutions : nil,
            silences: silences.filter { $0.account == finding.account }.map { silence in
                // As a batch does that was decided before the silence was ended.
                var match = silence.match
                if chance(20) { match.endsAt = max(match.endsAt, match.startsAt.addingTimeInterval(200_000)) }
                return match
            },
            // Two findings each report one problem together.
            problem: finding.key.rawValue > "finding-6" ? FindingKey("problem") : nil,
            // Written out where a store lives through it as well.
            isStored: operations != nil
        )
    }

    private mutating func apply(_ observations: [DecidedObservation], key: String? = nil) throws {
        totals.add(observations.count, to: .received)
        totals.add(observations.count, to: .waiting)
        position += 1
        let entry = DecidedEntry(
            position: position,
            receivedAt: now,
            events: [DecidedEvent(redeliveryKey: key, observations: observations)],
            observations: observations.count
        )
        backlog.append(entry)
        if backlog.count >= backlogSize { try applyBacklog() }
    }

    private mutating func applyBacklog() throws {
        guard backlog.isEmpty == false else { return }
        let before = triage.everyObservation.count
        _ = try triage.apply(backlog, now: now, change: &totals)
        operations?.append(.apply(backlog, at: now))
        backlog = []
        if largestBacklog > 1 { backlogSize = Int.random(in: 1...largestBacklog, using: &generator) }
        for row in triage.everyObservation[before...] { checkCritical(row.record, row.key) }
    }

    private mutating func silence() {
        let match = SilenceMatch(
            // As a store numbers them.
            silence: "s" + String(silences.count + 1, radix: 16),
            startsAt: now,
            endsAt: now.addingTimeInterval(pick([3_600, 40_000, 200_000])),
            destinations: chance(50) ? nil : [pick(SimulatedWeeks.destinations)],
            breaksOnRaise: chance(70)
        )
        let account = pick(["111111111111", "222222222222"])
        silences.append((match, account))
        operations?.append(.silence(match, account: account, at: now))
        triage.add(EndedSilence(match))
    }

    private mutating func endSilence() {
        guard silences.isEmpty == false else { return }
        let index = Int.random(in: 0..<silences.count, using: &generator)
        guard silences[index].match.endsAt > now else { return }
        silences[index].match.endsAt = now
        let id = silences[index].match.silence
        triage.end({ $0.id == id }, at: now)
        operations?.append(.endSilence(id, at: now))
    }

    private mutating func edit() { table = pick(tables) }

    /// A transaction that is lost with the process, and done again after it.
    private mutating func crash() throws {
        let (kept, sums, at, done, behind) = (triage, totals, position, operations, backlog)
        try observe(count: 2)
        (triage, totals, position, operations, backlog) = (kept, sums, at, done, behind)
    }

    /// Lets time pass; timers fire when they are due.
    private mutating func pass(_ seconds: Double) throws {
        let end = now.addingTimeInterval(seconds)
        for turn in 0..<5_000 {
            guard let next = triage.nextTimer, next <= end else { break }
            if turn == 4_999 { faults.append("timers never come to rest at \(now): \(triage.everyGroup)") }
            now = max(now, next)
            let fired = try triage.fire(
                now: now,
                table: table,
                silences: noSilences,
                change: &totals
            )
            operations?.append(.fire(table, at: now))
            if fired.notifications > 0 { try deliver() }
            check()
        }
        now = end
    }

    /// What is pending, with its place.
    private var queued: [(place: Int, message: MessageRow)] {
        let messages = triage.everyMessage
        return triage.queue.map { ($0, messages[$0]) }
    }

    /// What a lane does: in order, as fast as its rate allows.
    private mutating func deliver() throws {
        for (index, message) in queued {
            let destination = message.message.destination
            guard outages.contains(destination) == false else { continue }
            // A chat that takes a few messages a minute is behind when many come at once.
            if destination == "chat", message.queuedAt > now.addingTimeInterval(-10), chance(60) { break }
            triage.dequeue(index, as: .delivered)
            operations?.append(.deliver(index, at: now))
            totals.move(message.message.units, from: .pending, to: .delivered)
            if message.message.recipient == nil || message.message.recipient != "b@example.com" {
                readers.read(message, in: triage)
            }
        }
    }

    // MARK: What must be so

    private mutating func check() {
        var findings = 0
        var messages = 0
        var pending = 0
        // One pass: it runs after every step, and looking up each counter took a tenth of all the time.
        for (counter, amount) in totals.amounts {
            switch counter {
            case .received: findings += amount
            case .redelivered, .waiting, .routed, .suppressed, .unrouted: findings -= amount
            case .due: messages += amount
            case .delivered, .held: messages -= amount
            case .pending:
                messages -= amount
                pending = amount
            default: break
            }
        }
        if findings != 0 || messages != 0 { faults.append("not balanced at \(now): \(totals.amounts)") }
        let unsent = triage.unsent
        if pending != unsent.pendingUnits + unsent.waitingUnits {
            faults.append(
                "\(pending) pending, but \(unsent.pendingUnits) are queued and \(unsent.waitingUnits) wait, at \(now)"
            )
        }
        for item in unsent.strandedItems { faults.append("item \(item) waits for a timer that is lost") }
    }

    /// What is critical is told within its group's wait, unless something in force holds it.
    private mutating func checkCritical(_ record: ObservationRecord, _ key: FindingKey) {
        // Of findings that report one problem together, the problem's severity counts.
        guard record.severity == .critical, key.rawValue <= "finding-6" else { return }
        for outcome in record.outcomes {
            guard outcome.held == nil, let item = outcome.item else { continue }
            guard let waiting = triage.waiting(item: item),
                let group = triage.group(numbered: waiting.group)
            else { continue }
            let terms = table.terms(of: outcome.destination, announcedBy: outcome.rule).terms
            guard group.name.word == .group, let grouping = terms.group,
                terms.mutes.allSatisfy({ $0.until(.critical, at: now) == nil })
            else { continue }
            let latest = now.addingTimeInterval(max(grouping.wait.seconds, grouping.interval.seconds))
            if group.dueAt.map({ $0 > latest }) ?? true {
                faults.append("a critical finding waits until \(group.dueAt as Any), not until \(latest)")
            }
        }
    }

    /// After everything was delivered, readers know what the alert says they know, a rise included, and what is held back has
    /// something more severe before it.
    private mutating func checkHeard(_ alert: Alert, of problem: Int64) {
        let place = Readers.Place(destination: alert.destination, problem: problem)
        let count = faults.count
        if alert.waiting == nil, readers.open[place] != alert.notifiedSeverity {
            faults.append("\(readers.open[place] as Any) is known of \(alert)")
        }
        if alert.waiting == nil, alert.held == nil, let known = alert.notifiedSeverity, known < alert.severity {
            faults.append("a rise was never told: \(alert)")
        }
        if alert.waiting == nil, alert.held == nil, alert.hasUntoldText {
            faults.append("news was never told: \(alert)")
        }
        if alert.held?.reason == .inhibited,
            triage.everyAlert.allSatisfy({ other in
                other.problem == problem || other.alert.destination != alert.destination
                    || other.alert.status != .active || other.alert.severity <= alert.severity
            })
        {
            faults.append("nothing more severe stands before \(alert)")
        }
        if faults.count > count { faults.append(story(of: place)) }
    }

    // MARK: The end

    private mutating func finish() throws {
        outages = []
        try applyBacklog()
        for silence in silences.indices where silences[silence].match.endsAt > now {
            silences[silence].match.endsAt = now
            operations?.append(.endSilence(silences[silence].match.silence, at: now))
        }
        triage.end({ [now] in $0.endsAt > now }, at: now)
        try pass(8 * 86_400)
        try deliver()
        for (problem, alert) in triage.everyAlert where alert.status == .active {
            if alert.notifiedSeverity == nil, alert.held == nil, alert.waiting == nil {
                faults.append("\(alert.finding) is active at \(alert.destination), and neither told nor held")
                faults.append(story(of: Readers.Place(destination: alert.destination, problem: problem)))
            }
            if alert.held?.reason == .silenced { faults.append("\(alert.finding) is silenced by what has ended") }
            checkHeard(alert, of: problem)
        }
        let open = readers.open.count
        try apply((0..<9).map { decided(finding($0, .informational, .resolved, updatedAt: nil)) })
        try applyBacklog()
        try pass(8 * 86_400)
        try deliver()
        // A storm is over when its destination has taken everything.
        try pass(86_400)
        try deliver()
        check()
        if readers.open.isEmpty == false {
            faults.append("of \(open), \(readers.open) are still thought to be open after the end of everything")
        }
        if triage.queue.isEmpty == false || triage.isAnythingWaiting {
            faults.append("something waits after the end of everything")
        }
        for group in triage.everyGroup where group.nextAt != nil {
            faults.append(
                "a timer runs after the end: \(group.name), due \(group.dueAt as Any) or \(group.remindAt as Any)"
            )
        }
    }
}

extension EndedSilence {
    /// A simulated silence, as triage deals with it when it is over.
    init(_ match: SilenceMatch) {
        self.init(
            id: match.silence,
            owner: "somebody",
            reason: "work",
            startsAt: match.startsAt,
            endsAt: match.endsAt
        )
    }
}
