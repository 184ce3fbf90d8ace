package import Findings
package import FoundationEssentials
package import Routing
import Store
package import Triage

extension Decision {
    /// A decision for tests that routes to these destinations.
    package static func routed(
        to destinations: [String] = ["chat"],
        rule: String = "everything",
        version: Int = 1,
        notify: Set<Transition> = Transition.announcedByDefault,
        group: Rule.Group? = nil,
        recipients: [String?] = [nil]
    ) -> Decision {
        Decision(
            version: version,
            matched: [rule],
            verdict: .routed(
                destinations.map {
                    Routed(
                        destination: $0,
                        rule: rule,
                        terms: Rule.Terms(notify: notify, group: group),
                        recipients: recipients
                    )
                }
            )
        )
    }

    package static func suppressed(reason: String = "reviewed weekly") -> Decision {
        Decision(version: 1, matched: ["noise"], verdict: .suppressed(rule: "noise", reason: reason))
    }

    package static let unrouted = Decision(version: 1, matched: [], verdict: .unrouted)
}

extension DecidedEntry {
    /// An entry of events with one observation each.
    package init(
        position: Int64,
        receivedAt: Date,
        _ observations: [(finding: Finding, decision: Decision)],
        redeliveryKey: String? = nil
    ) {
        self.init(
            position: position,
            receivedAt: receivedAt,
            events: observations.enumerated().map { index, observation in
                DecidedEvent(
                    redeliveryKey: redeliveryKey.map { index == 0 ? $0 : "\($0)/\(index)" },
                    observations: [
                        DecidedObservation(finding: observation.finding, decision: observation.decision)
                    ]
                )
            },
            observations: observations.count
        )
    }
}
