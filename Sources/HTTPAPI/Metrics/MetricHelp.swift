/// What each metric that other parts count means; the names are those of the places that count.
enum MetricHelp {
    static func text(_ name: String) -> String { texts[name] ?? "Counted by the process since it started." }

    private static let texts = [
        "noroshi_accept_duration_seconds": "From the head of a request to its commit.",
        "noroshi_accept_failures_total": "Connections that could not be taken because no file descriptor was left.",
        "noroshi_apply_delay_seconds": "From the acceptance of the oldest entry of a batch to its application.",
        "noroshi_connections_closed_total": "Connections that the server ended before their clients did, by reason.",
        "noroshi_connections_open": "Connections that are open.",
        "noroshi_dead_letters_total": "Deliveries that were given up.",
        "noroshi_deliveries_recovered_total": "Deliveries that an earlier process left under way.",
        "noroshi_deliveries_total": "Deliveries that ended, by outcome.",
        "noroshi_delivery_attempts_total": "Attempts to deliver, by destination, kind, outcome and reason.",
        "noroshi_delivery_duration_seconds": "How long attempts took.",
        "noroshi_delivery_uncertain_total": "Attempts after which nobody knew whether the receiver had acted.",
        "noroshi_destination_broken": "Whether the destination's breaker is open.",
        "noroshi_destination_paused": "Whether the destination waits for a person to resume it.",
        "noroshi_destinations_missing": "Destinations that only messages of earlier rules name.",
        "noroshi_end_to_end_latency_seconds": "From the acceptance of a finding to its delivery.",
        "noroshi_findings_duplicate_total": "Observations of events that had been applied before.",
        "noroshi_findings_received_total": "Observations in accepted requests, by the credential that let them in.",
        "noroshi_findings_rejected_total": "Requests and items that were not accepted, by reason.",
        "noroshi_findings_unrouted_total": "Observations that no rule wanted.",
        "noroshi_suppressed_total": "Observations that a rule suppressed.",
    ]
}
