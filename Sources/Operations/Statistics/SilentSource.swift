package import FoundationEssentials
package import Store
import Triage

/// A source of which nothing has come for much longer than is usual.
package struct SilentSource: Sendable, Hashable {
    package var name: String
    /// The end of the last hour in which something came.
    package var lastBefore: Date
    /// The usual time between two hours with something.
    package var usual: TimeInterval

    /// So many times its usual gap, and so many hours, a source is silent before anybody is told: hours are all that is
    /// counted, and a source that speaks once a day is silent every night.
    private static let (gaps, hours) = (6.0, 6)
    /// In how many hours something must have come, for a gap to be usual.
    private static let leastHours = 4

    /// - Parameters:
    ///   - report: By source and hour.
    ///   - until: The moment.
    /// - Returns: Those that were silent for longest first.
    package static func all(in report: FateReport, until: Date) -> [SilentSource] {
        let now = until.utcHour
        let found = report.parts.compactMap { part -> SilentSource? in
            let active = part.buckets.filter { $0.value.applied > 0 }.keys.sorted()
            guard let name = part.name, let first = active.first, let last = active.last, active.count >= leastHours
            else { return nil }
            let usual = Double(last - first) / Double(active.count - 1)
            let silent = now - last
            guard silent >= hours, Double(silent) > usual * gaps else { return nil }
            let end = Date(timeIntervalSince1970: Double(last + 1) * 3_600)
            return SilentSource(name: name, lastBefore: end, usual: usual * 3_600)
        }
        return found.sorted { ($0.lastBefore, $0.name) < ($1.lastBefore, $1.name) }
    }
}
