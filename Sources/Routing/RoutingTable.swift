package import Findings

/// A rule set ready to decide: the same code decides live, in `explain` and in `check`.
package struct RoutingTable: Sendable {
    package let document: RouteDocument
    /// The number of the activated rule set, 0 before it is activated.
    package let version: Int

    package init(_ document: RouteDocument, version: Int) {
        self.document = document
        self.version = version
    }

    /// What becomes of this observation. Total: every observation gets a decision.
    package func decide(_ observation: Observation) -> Decision {
        guard let fallback = document.fallback else {
            return Decision(version: version, matched: [], verdict: .unrouted)
        }
        return Decision(
            version: version,
            matched: [],
            verdict: .routed(
                fallback.send.map { name in
                    Decision.Routed(
                        destination: name,
                        rule: "fallback",
                        terms: fallback.terms,
                        recipients: document.destination(named: name)?.recipients ?? [nil]
                    )
                }
            )
        )
    }
}
