import Findings
import FoundationEssentials
package import Replay
import Routing
import Store

/// The newest observations, read when somebody begins to type and held while somebody does.
actor RecentPreviews {
    private struct Held {
        let task: Task<RecentObservations, any Error>
        let readAt: Date
        /// What the rules compared with say about them.
        var before: PreviewedRules?
    }

    /// For how long after the last use they are held, and after how long they are read anew.
    static let heldFor = Duration.seconds(600)

    private let history: any History
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void
    private var held: Held?
    /// Ends when what is held is let go, or is used again.
    private(set) var expiry: Task<Void, Never>?

    init(history: any History, now: @escaping @Sendable () -> Date, clock: some Clock<Duration>) {
        self.history = history
        self.now = now
        sleep = { try await clock.sleep(for: $0) }
    }

    /// Whether observations are held at this moment.
    var isHolding: Bool { held != nil }

    func preview(from before: RoutingTable, to after: RoutingTable, rule: String?) async throws -> ReplayPreview {
        let recent: RecentObservations
        do {
            recent = try await observations().value
        } catch {
            held = nil
            throw error
        }
        let known = held?.before
        let reused = known?.table === before && known?.count == recent.shapeCount ? known : nil
        let (preview, decided) = try await RecentPreviews.work(recent, before, reused, after, rule)
        held?.before = decided
        holdOn()
        return preview
    }

    private func observations() -> Task<RecentObservations, any Error> {
        let time = now()
        if let held, time.timeIntervalSince(held.readAt) < RecentPreviews.heldFor.seconds { return held.task }
        let history = history
        let since = time.addingTimeInterval(-Double(ReplayLimits.usualDays) * 86_400)
        // A task of its own, so that whoever else types meanwhile waits for the same reading, and none is lost when the
        // first goes away.
        let task = Task { try await RecentObservations(history, since: since, until: time) }
        held = Held(task: task, readAt: time)
        holdOn()
        return task
    }

    /// Beside the actor, which others ask meanwhile.
    @concurrent private static func work(
        _ recent: RecentObservations,
        _ before: RoutingTable,
        _ known: PreviewedRules?,
        _ after: RoutingTable,
        _ rule: String?
    ) async throws -> (ReplayPreview, PreviewedRules) {
        let old = try known ?? PreviewedRules(before, on: recent)
        let new = before === after ? old : try PreviewedRules(after, on: recent)
        return (try recent.preview(from: old, to: new, rule: rule), old)
    }

    private func holdOn() {
        expiry?.cancel()
        let sleep = sleep
        // Outlives the request: what is held is let go when nobody asks any more.
        expiry = Task { [weak self] in
            do { try await sleep(RecentPreviews.heldFor) } catch { return }
            await self?.letGo()
        }
    }

    private func letGo() {
        held = nil
        expiry = nil
    }
}

extension ReplayOperations {
    /// Says what a candidate would change of the newest observations, while somebody types it.
    ///
    /// - Parameters:
    ///   - candidate: The rules that are being written.
    ///   - against: What they are compared with.
    ///   - rule: The rule that is being written, by name; `nil` for none in particular.
    /// - Returns: The effect; `since` says how far back.
    /// - Throws: ``RuleRefusal`` when the rules do not load, or when something cannot be read.
    package nonisolated func preview(
        candidate: RuleSource,
        against: RuleSource = .active,
        rule: String? = nil
    ) async throws -> ReplayPreview {
        let after = try await rules.table(candidate)
        return try await previews.preview(from: try await rules.table(against), to: after, rule: rule)
    }
}
