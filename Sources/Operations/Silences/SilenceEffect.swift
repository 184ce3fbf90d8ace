import Findings
package import FoundationEssentials
package import Routing
package import Store

/// What a silence hid, and what it hides now.
package struct SilenceEffect: Sendable, Hashable {
    /// What was news and was not told because of it; see ``SilencePreview``.
    package var hid: SilencePreview
    /// What it keeps back at this moment, and tells when it ends if it is still open then.
    package var hides: SilencePreview

    private static let pageSize = 2_000

    /// Looks it up in the ledger and among the alerts.
    ///
    /// - Parameters:
    ///   - silence: Any.
    ///   - history: What was observed.
    ///   - now: The time.
    ///   - isOverdue: Whether the work is to be cut short; asked between two pieces of it.
    /// - Returns: The effect; of `hid`, `since` is later than the silence's start when the work was cut short.
    /// - Throws: When the history cannot be read.
    package static func read(
        _ silence: Silence,
        history: any History,
        now: Date,
        isOverdue: @Sendable () -> Bool
    ) async throws -> SilenceEffect {
        let end = max(silence.startsAt, min(now, silence.endsAt))
        var hid = SilencePreview(since: silence.startsAt, until: end)
        var looked = 0
        var before: Int64?
        while silence.startsAt <= now {
            let page = try await history.observations(
                before: before,
                since: silence.startsAt,
                limit: pageSize,
                reading: .outcomes
            )
            for observed in page where observed.silencedBy.contains(silence.id) {
                hid.add(observed.finding, receivedAt: observed.receivedAt)
            }
            looked += page.count
            guard page.count == pageSize, let last = page.last else { break }
            before = last.number
            if looked >= SilencePreview.mostObservations || isOverdue() {
                hid.isComplete = false
                hid.since = last.receivedAt
                break
            }
        }
        var hides = SilencePreview(since: silence.startsAt, until: end)
        let held = try await history.hidden(by: silence.id, limit: mostHidden)
        for observed in held { hides.add(observed.finding, receivedAt: observed.receivedAt) }
        hides.isComplete = held.count < mostHidden
        return SilenceEffect(hid: hid, hides: hides)
    }

    private static let mostHidden = 10_000
}
