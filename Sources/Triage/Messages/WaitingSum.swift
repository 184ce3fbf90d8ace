/// What waits in a group, added up.
package struct WaitingSum: Sendable, Hashable {
    package var count: Int
    package var units: Int
    package var counts: Notification.Bundle.Counts

    package init(count: Int, units: Int, counts: Notification.Bundle.Counts) {
        self.count = count
        self.units = units
        self.counts = counts
    }
}
