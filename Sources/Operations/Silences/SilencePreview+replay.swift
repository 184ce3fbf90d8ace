import Findings
package import FoundationEssentials
import Replay
package import Routing
package import Store

extension SilencePreview {
    private static let pageSize = 2_000

    /// Asks the silence about everything that was observed in the last ``days``, the newest first.
    ///
    /// A condition with an event pattern is compared with the events in the journal, any other with the stored findings.
    /// Only what was announced or held back counts, and of the journal, which does not tell, what is active and routed now.
    ///
    /// - Parameters:
    ///   - silence: Whatever its times are.
    ///   - routes: The rules in force.
    ///   - history: What was observed.
    ///   - now: The end of these days.
    ///   - isOverdue: Whether the work is to be cut short; asked between two pieces of it.
    /// - Returns: What it would have hidden, as far as was looked.
    /// - Throws: When the history cannot be read.
    package static func replay(
        _ silence: Silence,
        routes: RoutingTable,
        history: any History,
        now: Date,
        isOverdue: @Sendable () -> Bool
    ) async throws -> SilencePreview {
        let table = SilenceTable([silence], for: routes)
        var preview = SilencePreview(since: now.addingTimeInterval(-Double(days) * 86_400), until: now)
        if silence.when.condition.hasPattern {
            try await preview.replayJournal(silence, table, routes, history, isOverdue)
        } else {
            try await preview.replayFindings(silence, table, history, isOverdue)
        }
        return preview
    }

    private mutating func replayFindings(
        _ silence: Silence,
        _ table: SilenceTable,
        _ history: any History,
        _ isOverdue: @Sendable () -> Bool
    ) async throws {
        // Conditions without a pattern never look at the event.
        let noEvent = try JSONDocument.parse("{}")
        var looked = 0
        var before: Int64?
        while true {
            let page = try await history.observations(
                before: before,
                since: since,
                limit: SilencePreview.pageSize,
                reading: .outcomes
            )
            for observed in page {
                guard observed.destinations.contains(where: { silence.destinations?.contains($0) ?? true }) else {
                    continue
                }
                guard table.matches(Observation(finding: observed.finding, event: noEvent)).isEmpty == false else {
                    continue
                }
                add(observed.finding, receivedAt: observed.receivedAt)
            }
            looked += page.count
            guard page.count == SilencePreview.pageSize, let last = page.last else { return }
            before = last.number
            if looked >= SilencePreview.mostObservations || isOverdue() { return cut(at: last.receivedAt) }
        }
    }

    private mutating func replayJournal(
        _ silence: Silence,
        _ table: SilenceTable,
        _ routes: RoutingTable,
        _ history: any History,
        _ isOverdue: @Sendable () -> Bool
    ) async throws {
        let decoder = FindingDecoder(defaults: routes.document.severities)
        let past = Past(history, source: .journal(decoder, other: nil), since: since)
        var redeliveries: Set<String> = []
        var looked = 0
        var cursor = Int64.max
        while let page = try await past.page(before: cursor) {
            looked += page.observations
            for event in page.events {
                if let key = event.redeliveryKey, redeliveries.insert(key).inserted == false { continue }
                for past in event.observations.reversed() {
                    let observation = past.before
                    guard observation.finding.status == .active, table.matches(observation).isEmpty == false,
                        silence.covers(routes.decide(observation).verdict)
                    else { continue }
                    add(observation.finding, receivedAt: event.receivedAt)
                }
            }
            cursor = page.next
            if looked >= SilencePreview.mostObservations || isOverdue() { return cut(at: page.oldest) }
        }
    }

    private mutating func cut(at date: Date) {
        since = date
        isComplete = false
    }
}

extension Silence {
    /// Whether it is for one of the destinations; nothing is hidden of what goes nowhere.
    fileprivate func covers(_ verdict: Decision.Verdict) -> Bool {
        guard case .routed(let routed) = verdict else { return false }
        return routed.contains { destinations?.contains($0.destination) ?? true }
    }
}
