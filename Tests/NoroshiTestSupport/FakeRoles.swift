import Findings
package import FoundationEssentials
package import Routing
package import Store
package import Synchronization
package import Triage

/// Every role that operations use, kept in memory, remembering what was asked of it.
package final class FakeRoles: Sendable {
    package struct State {
        package var notifications: [NotificationRecord] = []
        package var findings: [FindingStory] = []
        package var quarantine: [QuarantineRecord] = []
        package var accepted: [IntakeRequest] = []
        package var acceptError: IntakeError?
        package var totals = Totals()
        package var backlog: [DestinationBacklog] = []
        package var lanes: [LaneStatus] = []
        package var revisions: [(revision: RouteRevision, text: [UInt8])] = []
        package var journal: [JournalEntry] = []
        package var reload: RouteReload?
        package var isBroken = false
        /// Why nothing can be read.
        package var trouble: StoreTrouble?
        package var health = StoreHealth()
        package var setAside: [SetAsideEntry] = []
        package var notificationFilter: NotificationFilter?
        package var findingFilter: FindingFilter?
        package var page: Page?
        package var redrive: (filter: NotificationFilter, dryRun: Bool)?
        package var author: String?
        package var silences: [Silence] = []
        package var observed: [ObservedFinding] = []
        /// What the journal still holds, the newest first.
        package var past: [JournalEntry] = []
        package var waiting: [WaitingNews] = []
        package var drafts: [(draft: RouteDraft, steps: [RouteDraft.Content])] = []
        package var lastDraft: Int64 = 0
        package var audit: [AuditRecord] = []
        package var keeping = RouteKeeping.store
        /// The rules file; `nil` for none.
        package var file: [UInt8]?
        package var standings: [String: [AlertStanding]] = [
            "f1": [AlertStanding(destination: "secops", state: .told)]
        ]
        /// Messages that were sent as tests.
        package var tried: [Notification] = []
        package var trialTimeouts: [Duration] = []
        /// Why tests fail; `nil` when they arrive.
        package var trialFailure: String?
        package var ruleDays: [String: [RuleDay]] = [:]
        /// In the order in which they were asked for.
        package var replays: [FakeReplay] = []
        package var shadow: ShadowRecord?
        package var shadowReport = ShadowReport()
        package var fates = FateReport()
        package var placeCounts: [PlaceCount] = []
        package var openAccounts = OpenAccounts()
        package var fateQuestion: FateQuestion?
        package var sessions: [SessionRecord] = []
        package var sources: [SourceState] = []
        /// Those that work on the store; more than one share it.
        package var nodes: [NodeRecord] = []
        package var clockSkew = 0.0
    }

    package struct Broken: Error {}

    package let state: Mutex<State>
    package let activeSilences = ActiveSilences()
    package let activeShadow = ActiveShadow()
    /// Its clock stands still, so that a report never grows old while a test waits for a core.
    package let reports = WorkReports(now: { [instant = ContinuousClock.now] in instant })
    package let clock = ClockSteps()

    package init(_ state: State) { self.state = Mutex(state) }

    package func read<Value>(_ body: (inout State) throws -> sending Value) throws -> sending Value {
        try state.withLock { state throws -> sending Value in
            if state.isBroken { throw Broken() }
            if let trouble = state.trouble { throw trouble }
            return try body(&state)
        }
    }

    /// The items after the cursor, which is an index here.
    package static func page<Item: Sendable>(_ items: [Item], _ page: Page) throws -> Paged<Item> {
        var start = 0
        if let cursor = page.cursor {
            guard let index = Int(cursor), index < items.count else { throw InvalidCursor() }
            start = index
        }
        let end = min(items.count, start + page.limit)
        return Paged(items: Array(items[start..<end]), next: end < items.count ? String(end) : nil)
    }
}

extension FakeRoles: Records {
    package func oldestDead(_ filter: NotificationFilter) async throws -> Date? {
        try read { state in
            state.notifications.map(\.notification).filter { $0.state == .dead }.map(\.createdAt).min()
        }
    }

    package func notifications(_ filter: NotificationFilter, page: Page) async throws -> Paged<Notification> {
        let items = try read { state in
            state.notificationFilter = filter
            state.page = page
            return state.notifications.map(\.notification)
        }
        return try FakeRoles.page(items, page)
    }

    package func notification(_ id: String) async throws -> NotificationRecord? {
        try read { $0.notifications.first { $0.notification.id == id } }
    }

    package func findings(_ filter: FindingFilter, page: Page) async throws -> Paged<FindingRecord> {
        let items = try read { state in
            state.findingFilter = filter
            return state.findings.map(\.record)
        }
        return try FakeRoles.page(items, page)
    }

    package func seen() async throws -> SeenValues {
        try read { state in SeenValues(state.findings.map(\.record.finding)) }
    }

    package func standings(of ids: [String]) async throws -> [String: [AlertStanding]] {
        try read { $0.standings.filter { ids.contains($0.key) } }
    }

    package func finding(_ id: String) async throws -> FindingStory? {
        try read { $0.findings.first { $0.record.id == id || $0.record.finding.key.rawValue == id } }
    }

    package func quarantine(page: Page) async throws -> Paged<QuarantineRecord> {
        try FakeRoles.page(try read { $0.quarantine }, page)
    }

    package func waiting(_ filter: WaitingFilter, page: Page) async throws -> Paged<WaitingNews> {
        let items = try read { state in
            state.waiting.filter { news in
                (filter.kind ?? news.kind) == news.kind && (filter.destination ?? news.destination) == news.destination
                    && filter.rule.map(news.rules.contains) ?? true
            }
        }
        return try FakeRoles.page(items, page)
    }

    package func notificationIDs(like part: String, limit: Int) async throws -> [String] {
        let ids = try read { $0.notifications.map(\.notification.id) }
        return Array(ids.filter { $0.hasPrefix(part) || $0.hasSuffix(part) }.prefix(limit))
    }

    package func findingIDs(like part: String, limit: Int) async throws -> [String] {
        Array(try read { $0.findings.map(\.record.id) }.filter { $0.hasPrefix(part) }.prefix(limit))
    }

    package func totals() async throws -> Totals { try read { $0.totals } }
}

extension FakeRoles: QuarantineArchive {
    package func quarantined(_ id: Int64) async throws -> QuarantineRecord? {
        try read { $0.quarantine.first { $0.id == id } }
    }

    package func release(quarantined id: Int64) async throws -> Bool {
        try read { state in
            let count = state.quarantine.count
            state.quarantine.removeAll { $0.id == id }
            return state.quarantine.count < count
        }
    }

    package var quarantineDrops: AsyncStream<Void> { AsyncStream { $0.finish() } }
    package var quarantineLimit: Int { 1_000 }
}

extension FakeRoles: Intake {
    package func accept(
        _ request: IntakeRequest,
        then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void
    ) {
        completion(
            Result {
                try read { state in
                    if let error = state.acceptError { throw error }
                    state.accepted.append(request)
                    return Int64(state.accepted.count)
                }
            }
        )
    }

    package func unapplied(after cursor: JournalCursor?, limit: Int, byteLimit: Int) async throws -> [JournalEntry] {
        []
    }

    package func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch {
        AppliedBatch(applied: JournalCursor(), observations: 0, redelivered: 0, notifications: 0)
    }

    package var accepted: AsyncStream<Void> { AsyncStream { $0.finish() } }
    package func prune(before date: Date) async throws {}
}

extension FakeRoles: StoreCondition {
    package var health: StoreHealth { state.withLock(\.health) }
    package var healthChanges: AsyncStream<Void> { AsyncStream { $0.finish() } }
    package func examine() async {}
}

extension FakeRoles: SetAsideEntries {
    package func setAside(page: Page) async throws -> Paged<SetAsideEntry> {
        try FakeRoles.page(try read { $0.setAside }, page)
    }

    package func requestRetry(_ position: Int64?) async throws -> Int {
        try read { state in
            var count = 0
            for index in state.setAside.indices
            where state.setAside[index].position == position ?? state.setAside[index].position {
                state.setAside[index].isWanted = true
                count += 1
            }
            return count
        }
    }

    package func setAsideNext(_ failed: Int64?, because reason: String, now: Date) async throws -> SetAsideEntry? {
        nil
    }
    package func wantedAgain(limit: Int) async throws -> [(entry: SetAsideEntry, journal: JournalEntry?)] { [] }
    package func applyAgain(_ entry: DecidedEntry, now: Date) async throws -> AppliedBatch? { nil }
    package func failedAgain(_ position: Int64, because reason: String) async throws {}
}

extension FakeRoles: JournalArchive {
    package func journalEntry(at position: Int64) async throws -> JournalEntry? {
        try read { $0.journal.first { $0.position == position } }
    }
}

extension FakeRoles: RouteRevisions {
    package func activate(_ text: [UInt8], _ activation: Activation, now: Date) async throws -> RouteRevision {
        try read { state in
            let active = state.revisions.last?.revision
            if let expected = activation.expected, expected != active?.version { throw NotActive(active: active) }
            state.drafts.removeAll { $0.draft.number == activation.draft }
            let version = state.revisions.count + 1
            let hash = String(repeating: "0", count: 63) + String(version % 10)
            let revision = RouteRevision(
                version: version,
                hash: hash,
                author: activation.author,
                activatedAt: now,
                note: activation.note,
                parent: active?.version,
                origin: activation.origin
            )
            if let audit = activation.audit {
                state.audit.append(AuditRecord(number: Int64(state.audit.count + 1), at: now, entry: audit))
            }
            state.revisions.append((revision, text))
            return revision
        }
    }

    package func activeRevision() async throws -> RouteRevision? { try read { $0.revisions.last?.revision } }

    package func lastRevision(withHash hash: String) async throws -> RouteRevision? {
        try read { $0.revisions.last { $0.revision.hash == hash }?.revision }
    }

    package func revisions(page: Page) async throws -> Paged<RouteRevision> {
        try FakeRoles.page(try read { $0.revisions.reversed().map(\.revision) }, page)
    }

    package func revision(_ version: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
        try read { $0.revisions.first { $0.revision.version == version } }
    }
}

extension FakeRoles: Lanes {
    package func status() async -> [LaneStatus] { state.withLock { $0.lanes } }

    package func pause(destination: String, reason: String, author: String) async throws -> Bool {
        change(destination, to: .paused, reason: reason)
    }

    package func resume(destination: String) async throws -> Bool { change(destination, to: .open, reason: nil) }

    private func change(_ destination: String, to lane: LaneStatus.State, reason: String?) -> Bool {
        state.withLock { state in
            guard let index = state.lanes.firstIndex(where: { $0.destination == destination }) else { return false }
            state.lanes[index].state = lane
            state.lanes[index].reason = reason
            return true
        }
    }
}

extension FakeRoles: RouteActivation {
    package func reload(author: String) async -> RouteReload {
        state.withLock { state in
            state.author = author
            return state.reload ?? .refused(["routes.json:1:1: error: there is none"])
        }
    }

    package func fileText() async -> [UInt8]? { state.withLock { $0.file } }

    package func lastReload() async -> RouteReload? { state.withLock { $0.reload } }

    package var keeping: RouteKeeping { state.withLock { $0.keeping } }

    package func publish(_ text: [UInt8], _ activation: Activation) async throws -> RouteRevision {
        if keeping == .file { throw PublicationError.keptInFile("routes.json") }
        return try await activate(text, activation, now: Example.now)
    }
}

extension FakeRoles: SourceStates {
    package func sourceStates() -> [SourceState] { state.withLock(\.sources) }
}
