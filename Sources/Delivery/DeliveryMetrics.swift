import FoundationEssentials
import Metrics
import Routing
import Store
import Triage

/// What delivery counts. Labels are bounded: names of destinations, and words of our own; never an account or a finding.
enum DeliveryMetrics {
    static func attempted(_ attempt: Attempt, of notification: Notification, to destination: Destination) {
        let name = ("destination", destination.name)
        let kind = ("kind", destination.transport.type.word)
        Counter(
            label: "noroshi_delivery_attempts_total",
            dimensions: [
                name, kind, ("outcome", attempt.verdict.rawValue), ("reason", attempt.errorClass ?? "none"),
            ]
        ).increment()
        Timer(label: "noroshi_delivery_duration_seconds", dimensions: [name, kind])
            .recordSeconds(attempt.finishedAt.timeIntervalSince(attempt.startedAt))
        if attempt.verdict == .uncertain {
            Counter(label: "noroshi_delivery_uncertain_total", dimensions: [name]).increment()
        }
        if attempt.verdict == .delivered {
            Timer(label: "noroshi_end_to_end_latency_seconds", dimensions: [name])
                .recordSeconds(max(0, attempt.finishedAt.timeIntervalSince(notification.content.receivedAt)))
        }
    }

    static func settled(_ next: Settlement.Next, destination: String) {
        let outcome: String
        switch next {
        case .delivered: outcome = "delivered"
        case .dead:
            outcome = "dead"
            Counter(label: "noroshi_dead_letters_total", dimensions: [("destination", destination)]).increment()
        case .retry: return
        }
        Counter(
            label: "noroshi_deliveries_total",
            dimensions: [("destination", destination), ("outcome", outcome)]
        ).increment()
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
