package import Findings

/// Something that is allowed and probably not meant, with what shows it.
package struct Claim: Sendable {
    package var kind: Kind
    package var diagnostic: RouteDiagnostic
    package var proof: Proof

    package enum Kind: Sendable, Hashable {
        /// No finding meets every condition of the rule.
        case neverMatches(rule: String)
        /// Whatever matches the rule is ended by an earlier one.
        case shadowed(rule: String, by: String)
        /// The rule suppresses, and an earlier one has sent what it is to suppress.
        case suppressesTooLate(rule: String, after: String)
        /// One finding reaches the destination by both rules, which announce or group it differently.
        case overlaps(rule: String, with: String, destination: String)
        /// Findings that no rule matches go nowhere.
        case noFallback
        /// The alternatives of a field of a pattern refuse nothing, not even the value that one of them names.
        case acceptsEverything(rule: String)
        /// The text itself shows it.
        case word(String)

        /// What programs know the claim by.
        package var code: String {
            switch self {
            case .neverMatches: "never-matches"
            case .shadowed: "shadowed"
            case .suppressesTooLate: "suppresses-too-late"
            case .overlaps: "overlap"
            case .noFallback: "no-fallback"
            case .acceptsEverything: "anything-but-accepts-everything"
            case .word(let code): code
            }
        }
    }

    package enum Proof: Sendable {
        /// The engine was asked about this finding, and what it said bears the claim out.
        case witness(Observation)
        /// The search was given up.
        case cannotTell
        /// Nothing but the text of the document is needed.
        case text
    }

    package init(kind: Kind, diagnostic: RouteDiagnostic, proof: Proof) {
        self.kind = kind
        self.diagnostic = diagnostic
        self.proof = proof
    }

    /// Whether what the table says of the witness bears the claim out; `true` for a claim without a witness.
    package func isBorneOut(by table: RoutingTable) -> Bool {
        guard case .witness(let observation) = proof else { return true }
        let explanation = table.explain(observation)
        guard explanation.decision == table.decide(observation) else { return false }
        func reading(_ rule: String) -> Explanation.Reading? { explanation.rules.first { $0.rule.name == rule } }
        switch kind {
        case .neverMatches(let rule):
            // The finding meets everything but one condition.
            return reading(rule).map { $0.outcome != .matched && $0.conditions.count { $0.holds == false } <= 1 }
                ?? false
        case .shadowed(let rule, let by):
            return reading(rule)?.outcome == .notReached(endedBy: by) && reading(by)?.outcome == .matched
        case .suppressesTooLate(let rule, let after):
            guard case .routed = explanation.decision.verdict else { return false }
            return reading(rule)?.outcome == .matched && reading(after)?.outcome == .matched
        case .overlaps(let rule, let with, let destination):
            guard case .routed(let routed) = explanation.decision.verdict else { return false }
            return reading(rule)?.outcome == .matched && reading(with)?.outcome == .matched
                && routed.contains { $0.destination == destination }
        case .noFallback: return explanation.decision.verdict == .unrouted
        case .acceptsEverything(let rule): return reading(rule)?.outcome == .matched
        case .word: return true
        }
    }
}

extension Claim {
    /// The diagnostic with the claim's code and witness, for programs.
    package var json: JSONValue {
        guard case .object(var members) = diagnostic.json else { return diagnostic.json }
        members.append(.init("code", .string(kind.code)))
        switch proof {
        case .witness(let observation): members.append(.init("witness", observation.witness))
        case .cannotTell: members.append(.init("witness", "cannot tell"))
        case .text: break
        }
        return .object(members)
    }
}

extension Observation {
    /// What the finding has of the fields that rules look at, and the event when it says more.
    package var witness: JSONValue {
        func list(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .array(texts.map { .string($0) }) }
        func text(_ text: String?) -> JSONValue? { text.flatMap { $0.isEmpty ? nil : .string($0) } }
        return .compact([
            "severity": .string(finding.severity.label),
            "account": text(finding.account),
            "region": text(finding.region),
            "product": text(finding.product),
            "type": list(finding.types),
            "control": list(finding.controls),
            "standard": list(finding.standards),
            "resourceType": list(finding.resources.compactMap(\.type)),
            "resource": list(finding.resources.map(\.id).filter { $0.isEmpty == false }),
            "title": text(finding.title),
            "source": text(finding.source),
            "status": .string(finding.status.rawValue),
            "statusText": text(finding.statusText),
            "actor": text(finding.actor),
            "sourceAddress": text(finding.sourceAddress),
            "tag": list(finding.tags.map { "\($0.key)=\($0.value)" }),
            "event": event.members.isEmpty ? nil : .raw(event.text),
        ])
    }
}
