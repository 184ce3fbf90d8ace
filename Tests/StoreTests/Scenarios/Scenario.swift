import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

/// A story of observations under rules, and the messages that must come of it.
///
/// The clock begins at 06:13:20 UTC on a Saturday, 9 May 2026.
struct Scenario: Sendable, CustomTestStringConvertible {
    var name: String
    /// The rules of routes.json that send to `chat`, `mail` (two recipients), `hook` and `slow` (2 messages a minute).
    var rules: String
    var steps: [Step]
    /// `SECONDS DESTINATION OCCASION: TRANSITION FINDING SEVERITY, …`, each message once, whatever its recipients.
    var messages: [String]

    var testDescription: String { name }

    init(_ name: String, _ rules: String, _ steps: [Step], _ messages: [String]) {
        self.name = name
        self.rules = rules
        self.steps = steps
        self.messages = messages
    }

    enum Step: Sendable {
        /// The finding's name; its account and resource follow in `NAME@ACCOUNT/RESOURCE` when they matter.
        case see(Double, String, Severity, FindingStatus)
        /// The same, of a source that dates it to the second time.
        case seeDated(Double, Double, String, Severity, FindingStatus)
        /// An event of AWS Health with a text, the page of so many that it is, and the resource that the page names.
        case event(
            Double,
            String,
            text: String,
            page: Int = 1,
            of: Int = 1,
            resource: String = "i-1",
            status: FindingStatus = .active
        )
        /// An observation that was received at the first time and is applied at the second.
        case seeLate(Double, Double, String, Severity)
        /// An observation that is applied while the timers sleep, and the end of that sleep, at which all that is due by then
        /// is done together.
        case seeAsleep(Double, String, Severity, FindingStatus)
        case wake(Double)
        case edit(Double, String)
        /// A silence for an account: its id, and when it ends.
        case silence(Double, String, account: String, until: Double, breaksOnRaise: Bool = true)
        /// A silence is ended.
        case expire(Double, String)
        /// The end of the story.
        case until(Double)

        var at: Double {
            switch self {
            case .see(let at, _, _, _), .seeAsleep(let at, _, _, _), .wake(let at), .edit(let at, _),
                .expire(let at, _), .until(let at):
                at
            case .silence(let at, _, _, _, _): at
            case .event(let at, _, _, _, _, _, _): at
            case .seeDated(let at, _, _, _, _): at
            case .seeLate(_, let at, _, _): at
            }
        }
    }

    /// Lives through the story and returns the messages.
    func run() throws -> [String] {
        var story = Story(table: try Scenario.table(rules, version: 1))
        for step in steps {
            switch step {
            case .seeAsleep(let at, let name, let severity, let status):
                story.now = .t(at)
                try story.see(name, severity, status, receivedAt: story.now)
                continue
            case .wake(let at):
                story.now = .t(at)
                try story.fire()
            default: try story.pass(until: .t(step.at))
            }
            switch step {
            case .see(_, let name, let severity, let status):
                try story.see(name, severity, status, receivedAt: story.now)
            case .seeDated(_, let dated, let name, let severity, let status):
                try story.see(name, severity, status, receivedAt: story.now, updatedAt: .t(dated))
            case .event(_, let name, let text, let page, let total, let resource, let status):
                try story.event(name, text, page: page, of: total, resource: resource, status: status)
            case .seeLate(let received, _, let name, let severity):
                try story.see(name, severity, .active, receivedAt: .t(received))
            case .edit(_, let rules):
                story.table = try Scenario.table(rules, version: story.table.version + 1)
                // New rules wake the timers.
                try story.fire()
            case .silence(_, let id, let account, let end, let breaksOnRaise):
                try story.silence(id, account: account, until: .t(end), breaksOnRaise: breaksOnRaise)
            case .expire(_, let id): story.expire(id)
            case .seeAsleep, .wake, .until: break
            }
            // What is due at this very moment.
            try story.pass(until: .t(step.at))
        }
        return story.messages
    }

    private static func table(_ rules: String, version: Int) throws -> RoutingTable {
        let text = """
            { "version": 1,
              "windows": { "hour": { "times": ["07:00-08:00"] }, "sunday": { "weekdays": ["sunday"] } },
              "destinations": {
                "chat": { "type": "slack", "url": { "env": "A" }, "rate": "100/s" },
                "mail": { "type": "email", "to": ["a@example.com", "b@example.com"] },
                "hook": { "type": "webhook", "url": { "env": "B" } },
                "slow": { "type": "webhook", "url": { "env": "B" }, "rate": "2/m" } },
              "email": { "host": "127.0.0.1", "port": 25, "tls": "none", "from": "n@example.com" },
              "rules": [ \(rules) ] }
            """
        return RoutingTable(try RouteDocument.parse(Array(text.utf8), file: "routes.json").document, version: version)
    }
}

/// A story under way.
private struct Story {
    var table: RoutingTable
    var now = Date.t(0)
    private var triage = WorkingSet()
    private var totals = TotalsChange()
    private var names: [FindingKey: String] = [:]
    private var silences: [Silence] = []
    private var silenceTable: SilenceTable { SilenceTable(silences, for: table) }

    init(table: RoutingTable) { self.table = table }

    mutating func see(
        _ text: String,
        _ severity: Severity,
        _ status: FindingStatus,
        receivedAt: Date,
        updatedAt: Date? = nil
    ) throws {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        let place =
            parts.count > 1 ? parts[1].split(separator: "/", omittingEmptySubsequences: false).map(String.init) : []
        var finding = Finding.example(key: parts[0], severity: severity, status: status, updatedAt: updatedAt)
        finding.title = parts[0]
        finding.account = place.first ?? "1"
        finding.resources =
            place.count > 1 ? (place[1].isEmpty ? [] : [Resource(id: place[1])]) : [Resource(id: parts[0])]
        try take(finding, receivedAt: receivedAt)
    }

    /// An event of AWS Health; each text is a message of its own.
    mutating func event(
        _ name: String,
        _ text: String,
        page: Int,
        of total: Int,
        resource: String,
        status: FindingStatus
    ) throws {
        var finding = Finding.example(key: name, kind: .health, severity: .high, status: status)
        finding.title = name
        finding.account = "1"
        finding.description = text
        finding.resources = [Resource(id: resource)]
        if total > 1 { finding.pages = Pages(communication: text, received: [page], total: total) }
        try take(finding, receivedAt: now)
    }

    private mutating func take(_ finding: Finding, receivedAt: Date) throws {
        let observation = Observation(finding: finding, event: try JSONDocument.parse("{}"))
        let (decision, silences) = table.decide(observation, silences: silenceTable)
        let decided = DecidedObservation(
            finding: finding,
            decision: decision,
            resolutions: finding.status == .resolved ? table.resolutions : nil,
            silences: silences.map { SilenceMatch($0) }
        )
        let entry = DecidedEntry(
            position: triage.counters.applied.position(in: 0) + 1,
            receivedAt: receivedAt,
            events: [DecidedEvent(redeliveryKey: nil, observations: [decided])],
            observations: 1
        )
        totals.add(1, to: .received)
        totals.add(1, to: .waiting)
        _ = try triage.apply([entry], now: now, change: &totals)
    }

    mutating func fire() throws {
        _ = try triage.fire(now: now, table: table, silences: silenceTable, change: &totals)
    }

    mutating func silence(_ id: String, account: String, until end: Date, breaksOnRaise: Bool) throws {
        let draft = try SilenceDraft.example(
            when: #"{"account": "\#(account)"}"#,
            endsAt: end,
            breaksOnRaise: breaksOnRaise
        )
        silences.append(Silence(draft, id: id, author: "api:a", at: now))
        triage.add(
            EndedSilence(id: id, owner: draft.owner, reason: draft.reason, startsAt: now, endsAt: end)
        )
    }

    mutating func expire(_ id: String) {
        silences.removeAll { $0.id == id }
        triage.end({ $0.id == id }, at: now)
    }

    mutating func pass(until end: Date) throws {
        for _ in 0..<1_000 {
            guard let next = triage.nextTimer, next <= end else { break }
            now = max(now, next)
            takeSlowly()
            try fire()
        }
        now = end
        takeSlowly()
    }

    /// `slow` takes what has waited for half a minute; the others take everything at once.
    private mutating func takeSlowly() {
        for index in triage.queue {
            let message = triage.everyMessage[index]
            let isSlow = message.message.destination == "slow"
            if isSlow, message.queuedAt > now.addingTimeInterval(-30) { continue }
            triage.dequeue(index, as: .delivered)
        }
    }

    var messages: [String] {
        triage.everyMessage.filter { $0.message.recipient != "b@example.com" && $0.state != .folded }.map { message in
            let queued = message.message
            let at = Int(message.queuedAt.timeIntervalSince(.t(0)))
            let items = queued.bundle?.items.map { "\($0.transition) \($0.title) \($0.severity.label)" }
            let resources = triage.resources(about: message.subject)
            let title = triage.finding(about: message.subject)?.title ?? "?"
            let single = "\(queued.facts.transition) \(title) \(queued.facts.severity.label)\(resources)"
            let occasion = queued.bundle.map { " \($0.occasion.rawValue) of \($0.total)" } ?? ""
            return
                "\(at) \(queued.destination)\(occasion): \((items ?? [single]).sorted().joined(separator: ", "))"
        }
    }
}

extension WorkingSet {
    /// The resources of what came in pages.
    fileprivate func resources(about subject: Subject) -> String {
        guard let finding = finding(about: subject), let pages = finding.pages else { return "" }
        return " \(pages.received.count)/\(pages.total) \(finding.resources.map(\.id))"
    }
}
