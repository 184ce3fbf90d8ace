/// A token bucket: so many messages per interval, one more only after its share of the interval.
package struct Rate: Sendable, Hashable {
    /// 1 or more.
    package var count: Int
    package var interval: Duration

    package init(count: Int, per interval: Duration) {
        self.count = count
        self.interval = interval
    }
}
