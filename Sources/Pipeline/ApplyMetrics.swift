package import Metrics

/// What is counted about applying what was accepted.
package struct ApplyMetrics: Sendable {
    private let duplicate: Counter
    private let unrouted: Counter
    private let suppressed: Counter
    private let delay: Metrics.Timer

    package init(factory: any MetricsFactory = MetricsSystem.factory) {
        duplicate = Counter(label: "noroshi_findings_duplicate_total", factory: factory)
        unrouted = Counter(label: "noroshi_findings_unrouted_total", factory: factory)
        suppressed = Counter(label: "noroshi_suppressed_total", factory: factory)
        delay = Metrics.Timer(label: "noroshi_apply_delay_seconds", factory: factory)
    }

    /// - Parameters:
    ///   - duplicates: Observations of events that had been applied before.
    ///   - unrouted: Observations that no rule wanted, redelivered ones included.
    ///   - suppressed: Observations that a rule suppressed, redelivered ones included.
    ///   - delay: From acceptance to application, of the oldest entry.
    func applied(duplicates: Int, unrouted: Int, suppressed: Int, delay: Duration?) {
        if duplicates > 0 { duplicate.increment(by: duplicates) }
        if unrouted > 0 { self.unrouted.increment(by: unrouted) }
        if suppressed > 0 { self.suppressed.increment(by: suppressed) }
        if let delay { self.delay.record(duration: delay) }
    }
}
