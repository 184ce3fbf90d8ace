package import Metrics
import Synchronization

/// What is counted about the way in.
///
/// `source` is the name of the credential or mechanism (`token`, `sns`, `loopback`, `unauthenticated`, `sqs:NAME`),
/// which only the operator chooses; nothing that a sender writes becomes a label.
package final class IngestMetrics: Sendable {
    private let factory: any MetricsFactory
    private let received = Mutex<[String: Counter]>([:])
    private let rejections = Mutex<[String: Counter]>([:])
    private let acceptTime: Metrics.Timer

    package init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
        acceptTime = Metrics.Timer(label: "noroshi_accept_duration_seconds", factory: factory)
    }

    /// Why something was not accepted; the values of the label `reason`.
    enum Rejection: String {
        case unauthenticated, sns, unreadable, overloaded, closed
        case tooLarge = "too_large"
        case diskFull = "disk_full"
        /// Trouble of our own that the sender was asked to wait for: a certificate, an unforeseen error of the store.
        case unavailable
    }

    /// - Parameters:
    ///   - findings: Observations in a request that is on disk.
    ///   - source: See the type.
    ///   - duration: From the arrival of the request's head to the commit.
    func accepted(findings: Int, source: String, duration: Duration) {
        if findings > 0 {
            let counter = received.withLock { counters -> Counter in
                cached(in: &counters, source, "noroshi_findings_received_total", [("source", source)])
            }
            counter.increment(by: findings)
        }
        acceptTime.record(duration: duration)
    }

    /// - Parameters:
    ///   - reason: Why.
    ///   - source: See the type.
    ///   - items: How many items or requests.
    func rejected(_ reason: Rejection, source: String, items: Int = 1) {
        let counter = rejections.withLock { counters -> Counter in
            cached(
                in: &counters,
                "\(reason.rawValue) \(source)",
                "noroshi_findings_rejected_total",
                [("source", source), ("reason", reason.rawValue)]
            )
        }
        counter.increment(by: items)
    }

    private func cached(
        in counters: inout [String: Counter],
        _ key: String,
        _ label: String,
        _ dimensions: [(String, String)]
    ) -> Counter {
        if let counter = counters[key] { return counter }
        let counter = Counter(label: label, dimensions: dimensions, factory: factory)
        counters[key] = counter
        return counter
    }
}
