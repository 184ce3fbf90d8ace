package import FoundationEssentials

/// How it went at a destination of late, as far as the process that sends there has seen it.
package struct RecentDeliveries: Sendable, Hashable {
    /// Messages delivered in 24 hours, and how many of them at the first try.
    package var delivered: Int
    package var atFirstTry: Int
    /// Tries that ended in the last minute.
    package var triesInMinute: Int
    /// When the counting began.
    package var since: Date

    package init(delivered: Int, atFirstTry: Int, triesInMinute: Int, since: Date) {
        self.delivered = delivered
        self.atFirstTry = atFirstTry
        self.triesInMinute = triesInMinute
        self.since = since
    }
}
