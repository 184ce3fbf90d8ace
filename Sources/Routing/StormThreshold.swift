import Findings

/// When too much waits for a destination, so that it gets summaries in place of messages one by one.
extension Destination {
    /// How often a destination for which too much waits gets a summary, in seconds; see ``backlogLimit``.
    package static let summaryInterval = 60.0

    /// How many messages may wait before the last of them waits for more than a minute, 1 or more; `nil` without a rate.
    package var backlogLimit: Int? {
        effectiveRate.map { rate in
            max(1, Int(Double(rate.count) * Destination.summaryInterval / rate.interval.seconds))
        }
    }
}
