import Findings
import FoundationEssentials
import Store
import Triage

/// An outbox in memory that keeps to the contract of `Outbox`, and remembers what it was told.
actor MemoryOutbox: Outbox {
    struct Refusal: Error {}

    private(set) var notifications: [Notification]
    private(set) var settlements: [Settlement] = []
    private(set) var lanes: [String: LaneRecord] = [:]
    private(set) var claims: [Int] = []
    /// Where the first messages of conversations stand.
    private(set) var posted: [String: Notification.Posted] = [:]
    private(set) var recoveries = 0
    /// Who claimed what, in the order of the claims; what is settled falls out.
    private var claimants: [(id: String, claimant: Claimant?)] = []
    private var refusals = 0
    private var canSettle = true
    private(set) var diversions = 0
    private(set) var paused: [String: DestinationPause] = [:]
    private var isHoldingClaims = false
    private var heldClaim: CheckedContinuation<Void, Never>?
    private var claimWatcher: CheckedContinuation<Void, Never>?
    private var waiters:
        [(condition: @Sendable (MemoryOutbox.Seen) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    nonisolated let queued: AsyncStream<Void>
    private nonisolated let wake: AsyncStream<Void>.Continuation

    /// What a test can wait for.
    struct Seen: Sendable {
        var notifications: [Notification]
        var settlements: [Settlement]
    }

    init(_ notifications: [Notification] = [], lanes: [LaneRecord] = [], pauses: [DestinationPause] = []) {
        paused = Dictionary(pauses.map { ($0.destination, $0) }) { $1 }
        self.notifications = notifications
        self.lanes = Dictionary(lanes.map { ($0.lane, $0) }) { $1 }
        (queued, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ added: [Notification]) {
        notifications += added
        changed()
        wake.yield()
    }

    /// Makes the next calls that write fail.
    func refuse(_ count: Int) { refusals = count }

    /// Returns once the condition holds.
    func wait(until condition: @escaping @Sendable (Seen) -> Bool) async {
        if condition(Seen(notifications: notifications, settlements: settlements)) { return }
        await withCheckedContinuation { waiters.append((condition, $0)) }
    }

    private func changed() {
        let seen = Seen(notifications: notifications, settlements: settlements)
        let ready = waiters.filter { $0.condition(seen) }
        waiters.removeAll { $0.condition(seen) }
        for waiter in ready { waiter.continuation.resume() }
    }

    private func write() throws {
        guard refusals == 0 else {
            refusals -= 1
            throw Refusal()
        }
    }

    func claim(
        destinations: [String],
        limit: Int,
        by claimant: Claimant?,
        now: Date
    ) async throws -> [Notification] {
        let claimed = try take(destinations, limit, claimant, now) { _ in true }
        if isHoldingClaims, claimed.isEmpty == false {
            await withCheckedContinuation { continuation in
                heldClaim = continuation
                claimWatcher?.resume()
                claimWatcher = nil
            }
        }
        return claimed
    }

    func claimCritical(
        destinations: [String],
        limit: Int,
        by claimant: Claimant?,
        now: Date
    ) async throws -> [Notification] {
        try take(destinations, limit, claimant, now) { $0.isCritical }
    }

    private func take(
        _ destinations: [String],
        _ limit: Int,
        _ claimant: Claimant?,
        _ now: Date,
        _ isMeant: (Notification) -> Bool
    ) throws -> [Notification] {
        try write()
        precondition(limit > 0, "a claim of nothing")
        let order = notifications.indices.sorted {
            let (a, b) = (notifications[$0], notifications[$1])
            return (b.content.finding.severity, a.id) < (a.content.finding.severity, b.id)
        }
        var claimed: [Notification] = []
        for index in order where claimed.count < limit {
            let candidate = notifications[index]
            guard candidate.state == .pending, candidate.dueAt <= now, destinations.contains(candidate.destination),
                isMeant(candidate), claimant?.resting.contains(candidate.recipient ?? "") != true,
                claimant?.leaving.contains(candidate.id) != true
            else { continue }
            let isBlocked = notifications.contains {
                ($0.state == .pending || $0.state == .sending) && $0.id < candidate.id
                    && $0.destination == candidate.destination
                    && $0.recipient == candidate.recipient && $0.content.finding.key == candidate.content.finding.key
            }
            guard isBlocked == false else { continue }
            notifications[index].state = .sending
            notifications[index].attempts += 1
            let conversation = "\(candidate.destination) \(candidate.content.thread)"
            notifications[index].posted = posted[conversation]
            claimed.append(notifications[index])
            claimants.append((candidate.id, claimant))
        }
        claims.append(claimed.count)
        changed()
        return claimed
    }

    /// From now on a claim is told to its lane only when it is released.
    func holdClaims() { isHoldingClaims = true }

    /// Returns once a claim is held.
    func claimWaits() async {
        guard heldClaim == nil else { return }
        await withCheckedContinuation { claimWatcher = $0 }
    }

    func releaseClaims() {
        isHoldingClaims = false
        heldClaim?.resume()
        heldClaim = nil
    }

    /// Whether results cannot be written down.
    func setSettling(_ works: Bool) { canSettle = works }

    func settle(_ settled: [Settlement]) async throws {
        try write()
        guard canSettle else { throw Refusal() }
        for settlement in settled {
            guard let index = notifications.firstIndex(where: { $0.id == settlement.attempt.notification }) else {
                continue
            }
            precondition(notifications[index].state == .sending, "settled without a claim")
            claimants.removeAll { $0.id == notifications[index].id }
            if settlement.attempt.verdict == .uncertain { notifications[index].uncertain += 1 }
            switch settlement.next {
            case .delivered: notifications[index].state = .delivered
            case .retry(let at, let isMinimal):
                notifications[index].state = .pending
                notifications[index].dueAt = at
                notifications[index].isMinimal = isMinimal
            case .dead(let reason, _, let fallback):
                notifications[index].state = .dead
                notifications[index].deadReason = reason
                if let fallback { standIn(for: notifications[index], fallback, settlement.attempt.finishedAt) }
            }
            if let stands = settlement.posted {
                posted["\(notifications[index].destination) \(notifications[index].content.thread)"] = stands
            }
            if let lane = settlement.lane { lanes[lane.lane] = lane }
            settlements.append(settlement)
        }
        changed()
        wake.yield()
    }

    private func standIn(for notification: Notification, _ target: FallbackTarget, _ now: Date) {
        for recipient in target.recipients {
            var next = notification
            next.id = "\(notification.id)-\(recipient ?? "f")"
            next.destination = target.destination
            next.recipient = recipient
            next.state = .pending
            next.fallbackFor = notification.id
            next.dueAt = now
            next.attempts = 0
            notifications.append(next)
        }
        wake.yield()
    }

    func recover(now: Date) async throws -> Int {
        try write()
        recoveries += 1
        let begun = mayHaveBegun
        for index in notifications.indices where notifications[index].state == .sending {
            notifications[index].state = .pending
            if begun.contains(notifications[index].id) {
                notifications[index].uncertain += 1
            } else {
                notifications[index].attempts -= 1
            }
        }
        claimants = []
        changed()
        return begun.count
    }

    /// What would be uncertain if the process ended now.
    var mayHaveBegun: Set<String> {
        let sending = notifications.filter { $0.state == .sending }
        // What a test put there as `sending` was claimed by nobody known.
        var ids = Set(sending.map(\.id)).subtracting(claimants.map(\.id))
        var begun = BegunClaims()
        for (id, claimant) in claimants {
            let isCritical = sending.contains { $0.id == id && $0.isCritical }
            if begun.mayInclude(claimant, isCritical: isCritical) { ids.insert(id) }
        }
        return ids
    }

    /// What a store does when the wall clock was set by so many seconds.
    func shift(by seconds: Double) {
        for index in notifications.indices where notifications[index].state == .pending {
            notifications[index].dueAt.addTimeInterval(seconds)
            notifications[index].retryingSince.addTimeInterval(seconds)
        }
        wake.yield()
    }

    func nextDue() async throws -> [String: Date] {
        var due: [String: Date] = [:]
        for notification in notifications where notification.state == .pending {
            due[notification.destination] = min(due[notification.destination] ?? notification.dueAt, notification.dueAt)
        }
        return due
    }

    func divert(from destination: String, to fallback: FallbackTarget, now: Date) async throws -> Int {
        try write()
        diversions += 1
        var count = 0
        for index in notifications.indices
        where notifications[index].destination == destination && notifications[index].state == .pending
            && notifications[index].fallbackFor == nil
        {
            notifications[index].state = .diverted
            standIn(for: notifications[index], fallback, now)
            count += 1
        }
        changed()
        return count
    }

    func redrive(
        _ filter: NotificationFilter,
        dryRun: Bool,
        expected: ExpectedCount?,
        now: Date
    ) async throws -> Int { 0 }

    func retry(_ id: String, now: Date) async throws -> Bool { false }

    func laneRecords() async throws -> [LaneRecord] { Array(lanes.values) }

    func save(_ saved: [LaneRecord]) async throws {
        try write()
        for record in saved { lanes[record.lane] = record }
    }

    func backlog() async throws -> [DestinationBacklog] { [] }

    func makeDue(_ destinations: [String], now: Date) async throws {
        try write()
        for index in notifications.indices
        where destinations.contains(notifications[index].destination) && notifications[index].state == .pending {
            notifications[index].dueAt = min(notifications[index].dueAt, now)
        }
        changed()
        wake.yield()
    }

    func pauses() async throws -> [DestinationPause] { Array(paused.values) }

    func save(_ pause: DestinationPause) async throws {
        try write()
        paused[pause.destination] = pause
    }

    func endPause(of destination: String, now: Date) async throws {
        try write()
        guard paused.removeValue(forKey: destination) != nil else { return }
        for index in notifications.indices
        where notifications[index].destination == destination && notifications[index].state == .pending {
            notifications[index].retryingSince = now
        }
    }

    func expire(
        _ destination: String,
        retryingSince date: Date,
        reason: String,
        fallback: FallbackTarget?,
        now: Date
    ) async throws -> Int {
        try write()
        var count = 0
        for index in notifications.indices
        where notifications[index].destination == destination && notifications[index].state == .pending
            && notifications[index].retryingSince <= date
        {
            notifications[index].state = .dead
            notifications[index].deadReason = reason
            if let fallback, notifications[index].fallbackFor == nil {
                standIn(for: notifications[index], fallback, now)
            }
            count += 1
        }
        changed()
        return count
    }
}
