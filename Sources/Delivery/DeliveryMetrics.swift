import FoundationEssentials
import Metrics
import Routing
import Store
import Triage

/// What delivery counts. Labels are bounded: names of destinations, and words of our own; never an account or a finding.
///
/// What is counted for each attempt is looked up once for each destination, since to find a series by its labels takes
/// longer than to count in it.
struct DeliveryMetrics {
    private var known: [String: DestinationMetrics] = [:]

    mutating func attempted(_ attempt: Attempt, of notification: Notification, to destination: Destination) {
        let metrics = metrics(of: destination)
        metrics.attempts(attempt.verdict, attempt.errorClass).increment()
        metrics.duration.recordSeconds(attempt.finishedAt.timeIntervalSince(attempt.startedAt))
        if attempt.verdict == .uncertain {
            Counter(label: "noroshi_delivery_uncertain_total", dimensions: [metrics.name]).increment()
        }
        if attempt.verdict == .delivered {
            let latency = attempt.finishedAt.timeIntervalSince(notification.content.facts.receivedAt)
            metrics.latency.recordSeconds(max(0, latency))
        }
    }

    mutating func settled(_ next: Settlement.Next, of destination: Destination) {
        let metrics = metrics(of: destination)
        switch next {
        case .delivered: metrics.delivered.increment()
        case .dead:
            Counter(label: "noroshi_dead_letters_total", dimensions: [metrics.name]).increment()
            Counter(label: "noroshi_deliveries_total", dimensions: [metrics.name, ("outcome", "dead")]).increment()
        case .retry: break
        }
    }

    private mutating func metrics(of destination: Destination) -> DestinationMetrics {
        let kind = destination.transport.type.word
        if let metrics = known[destination.name], metrics.kind == kind { return metrics }
        let metrics = DestinationMetrics(destination.name, kind: kind)
        known[destination.name] = metrics
        return metrics
    }

    /// Lets go of the series of destinations that are gone.
    mutating func keep(_ current: [Destination]) {
        let names = Set(current.map(\.name))
        known = known.filter { names.contains($0.key) }
    }

    static func diverted(_ count: Int, from destination: String) {
        Counter(
            label: "noroshi_deliveries_total",
            dimensions: [("destination", destination), ("outcome", "diverted")]
        ).increment(by: count)
    }

    static func recovered(_ count: Int) { Counter(label: "noroshi_deliveries_recovered_total").increment(by: count) }

    static func lane(_ destination: String, state: LaneStatus.State) {
        let name = ("destination", destination)
        Gauge(label: "noroshi_destination_paused", dimensions: [name]).record(state == .paused ? 1 : 0)
        Gauge(label: "noroshi_destination_broken", dimensions: [name]).record(state == .broken ? 1 : 0)
    }

    static func orphaned(_ destinations: Int) {
        Gauge(label: "noroshi_destinations_missing").record(destinations)
    }
}

/// The series of one destination; each is made when there is something to count.
private final class DestinationMetrics {
    let name: (String, String)
    let kind: String
    private(set) lazy var duration = Timer(
        label: "noroshi_delivery_duration_seconds",
        dimensions: [name, ("kind", kind)]
    )
    private(set) lazy var latency = Timer(label: "noroshi_end_to_end_latency_seconds", dimensions: [name])
    private(set) lazy var delivered = Counter(
        label: "noroshi_deliveries_total",
        dimensions: [name, ("outcome", "delivered")]
    )
    private var attempts: [Reason: Counter] = [:]

    private struct Reason: Hashable {
        let verdict: Attempt.Verdict
        let errorClass: String?
    }

    init(_ destination: String, kind: String) {
        name = ("destination", destination)
        self.kind = kind
    }

    func attempts(_ verdict: Attempt.Verdict, _ errorClass: String?) -> Counter {
        let reason = Reason(verdict: verdict, errorClass: errorClass)
        if let counter = attempts[reason] { return counter }
        let counter = Counter(
            label: "noroshi_delivery_attempts_total",
            dimensions: [
                name, ("kind", kind), ("outcome", verdict.rawValue), ("reason", errorClass ?? "none"),
            ]
        )
        attempts[reason] = counter
        return counter
    }
}
