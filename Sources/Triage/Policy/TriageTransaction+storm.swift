import Findings
import FoundationEssentials
import Routing

extension TriageTransaction {
    /// Begins a storm at a destination where more waits than it can take.
    ///
    /// Before any alert is read: it changes what there is to say of those whose messages it takes out of the queue.
    mutating func beginStorm(at routed: Decision.Routed, now: Date, change: inout TotalsChange) throws {
        guard let limit = routed.backlogLimit, try storm(at: routed.destination) == nil,
            Storm.begins(pending: try pending(at: routed.destination, upTo: limit), limit: limit)
        else { return }
        let storm = insert(
            AlertGroup(kind: .storm(told: 0), destination: routed.destination, createdAt: now, dueAt: now)
        )
        try fold(at: routed.destination, into: storm, change: &change)
    }

    /// The storm at a destination, if there is one.
    mutating func storm(at destination: String) throws -> AlertGroup? {
        try group(AlertGroup.Name(word: .storm, destination: destination))
    }

    /// The storm into whose summary a message belongs.
    mutating func storm(
        at destination: String,
        telling severity: Severity,
        _ transition: Transition
    ) throws -> AlertGroup? {
        Storm.folds(severity, transition) ? try storm(at: destination) : nil
    }

    /// Takes messages that a summary can tell out of the queue and lets their news wait for it.
    ///
    /// All of a problem's messages or none, since they are in order; what they say together is what is left to say.
    private mutating func fold(at destination: String, into storm: AlertGroup, change: inout TotalsChange) throws {
        var problems: [Int64: [QueuedNews]] = [:]
        var order: [Int64] = []
        for news in try queuedNews(at: destination, limit: Storm.mostFolded) {
            if news.transition == .reminder {
                // What is still open is said again when the storm is over.
                guard news.isFoldable else { continue }
                fold([news.id])
                change.move(news.units, from: .pending, to: .held(.superseded))
                continue
            }
            let problem = news.subject.problem
            if problems[problem] == nil { order.append(problem) }
            problems[problem, default: []].append(news)
        }
        for problem in order {
            guard let news = problems[problem],
                news.allSatisfy({ $0.isFoldable && Storm.folds($0.severity, $0.transition) })
            else { continue }
            try fold(news, at: destination, into: storm, change: &change)
        }
    }

    /// Takes the messages about one problem out of the queue.
    private mutating func fold(
        _ news: [QueuedNews],
        at destination: String,
        into storm: AlertGroup,
        change: inout TotalsChange
    ) throws {
        guard let first = news.first, let last = news.last else { return }
        let key = try finding(about: last.subject).key
        guard var alert = try alert(about: last.subject, finding: key, destination: destination), alert.waiting == nil
        else { return }
        fold(news.map(\.id))
        let units = news.reduce(0) { $0 + $1.units }
        let said = alert.notifiedSeverity
        alert.notifiedSeverity = first.known
        alert.wasAnnounced = first.transition != .opened
        if first.known != nil, news.contains(where: { $0.transition == .updated }) { alert.hasUntoldText = true }
        if let transition = alert.news(said), transition != .lowered {
            let (severity, held) = (alert.severity, alert.held)
            alert.severity = said ?? last.severity
            let announcement = Announcement(transition: transition, receivedAt: last.receivedAt, units: units)
            _ = put(announcement, &alert, into: storm, about: last.subject)
            alert.severity = severity
            alert.held = held
        } else {
            change.move(units, from: .pending, to: .held(.superseded))
        }
        save(alert, about: last.subject)
    }
}

extension Storm {
    /// How many messages one storm takes out of the queue when it begins; more cannot wait by then.
    static let mostFolded = 5_000
}
