import Findings

/// Which findings get as far as a rule.
extension RouteLint {
    /// What the search for a finding that certain rules match came to.
    enum Reach {
        case reached(Observation)
        /// No finding meets the conditions together.
        case impossible(String)
        /// Every finding that does is ended before, this one by the rule at the index.
        case ended(Observation, by: Int)
        case unknown
    }

    /// How many rules that end the reading are worked around.
    private static let mostEnders = 12

    /// Looks for a finding that all of these rules match, reached from above.
    mutating func reach(_ rules: [Int]) -> Reach {
        var demands = rules.map { Demands(table.conditions[$0]) }
        var ended: (observation: Observation, by: Int)?
        for _ in 0..<RouteLint.mostEnders {
            switch search(Demands(all: demands)) {
            case .unknown: return .unknown
            case .impossible(let reason):
                return ended.map { .ended($0.observation, by: $0.by) } ?? .impossible(reason)
            case .found(let observation):
                let matched = table.decide(observation).matched.compactMap { ruleIndices[$0] }
                if rules.allSatisfy(matched.contains) { return .reached(observation) }
                guard let ender = matched.last, document.rules[ender].stop, ender < rules.max() ?? 0,
                    rules.contains(ender) == false
                else { return .unknown }
                ended = ended ?? (observation, ender)
                demands.append(Demands(table.conditions[ender], holds: false))
            }
        }
        return .unknown
    }

    mutating func checkReach() {
        for index in document.rules.indices where document.rules[index].isEnabled {
            let rule = document.rules[index]
            let name = EscapedText.quoted(rule.name)
            let json = json(ofRule: index)
            switch reach([index]) {
            case .reached: break
            case .impossible(let reason):
                add(
                    .neverMatches(rule: rule.name),
                    .warning,
                    at: json,
                    "/rules/\(index)",
                    "the rule \(name) never matches: \(reason)",
                    proof: nearMiss(index)
                )
            case .ended(let observation, let ender):
                let by = document.rules[ender]
                let effect = by.suppress == nil ? "ends the reading" : "suppresses it"
                add(
                    .shadowed(rule: rule.name, by: by.name),
                    .warning,
                    at: json,
                    "/rules/\(index)",
                    "the rule \(name) is never reached: \(EscapedText.quoted(by.name)) matches before it and \(effect)",
                    proof: .witness(observation)
                )
            case .unknown:
                add(
                    .neverMatches(rule: rule.name),
                    .note,
                    at: json,
                    "/rules/\(index)",
                    "whether the rule \(name) is ever reached",
                    proof: .cannotTell
                )
            }
        }
    }

    /// A finding that meets everything but one condition of the rule.
    private mutating func nearMiss(_ index: Int) -> Claim.Proof {
        let checks = table.conditions[index].checks
        for left in checks.indices {
            var others = checks
            others.remove(at: left)
            guard case .found(let observation) = search(Demands(ConditionCheck(others))) else { continue }
            let proof = Claim.Proof.witness(observation)
            let claim = Claim(kind: .neverMatches(rule: document.rules[index].name), diagnostic: .none, proof: proof)
            if claim.isBorneOut(by: table) { return proof }
        }
        return .cannotTell
    }

    /// Rules that suppress what an earlier rule has sent: a suppression ends the reading and takes nothing back.
    mutating func checkSuppressions() {
        for later in document.rules.indices
        where document.rules[later].suppress != nil && document.rules[later].isEnabled {
            for earlier in document.rules.indices.prefix(later) where document.rules[earlier].isEnabled {
                let first = document.rules[earlier]
                // A rule that stops says that nothing after it counts.
                guard first.suppress == nil, first.stop == false, first.send.isEmpty == false,
                    case .reached(let observation) = reach([earlier, later])
                else { continue }
                let name = EscapedText.quoted(document.rules[later].name)
                add(
                    .suppressesTooLate(rule: document.rules[later].name, after: first.name),
                    .warning,
                    at: json(ofRule: later),
                    "/rules/\(later)",
                    "the rule \(name) does not suppress what \(EscapedText.quoted(first.name)) sends, since that stands before "
                        + "it: put \(name) first, or give \(EscapedText.quoted(first.name)) \"stop\": true if this is meant",
                    proof: .witness(observation)
                )
                break
            }
        }
    }

    /// Rules that send one finding to one destination on different terms.
    mutating func checkOverlaps() {
        for later in document.rules.indices where document.rules[later].isEnabled {
            let rule = document.rules[later]
            for earlier in document.rules.indices.prefix(later) where document.rules[earlier].isEnabled {
                let first = document.rules[earlier]
                guard first.stop == false, first.terms != rule.terms,
                    let destination = rule.send.first(where: first.send.contains)
                else { continue }
                let kind = Claim.Kind.overlaps(rule: rule.name, with: first.name, destination: destination)
                let names = "\(EscapedText.quoted(first.name)) and \(EscapedText.quoted(rule.name))"
                let shown = EscapedText.quoted(destination)
                let message: String
                let proof: Claim.Proof
                switch reach([earlier, later]) {
                case .reached(let observation):
                    message =
                        "the rules \(names) can send one finding to \(shown) on different terms; those of the first hold"
                    proof = .witness(observation)
                case .unknown:
                    message = "whether the rules \(names) send one finding to \(shown) on different terms"
                    proof = .cannotTell
                case .impossible, .ended: continue
                }
                add(kind, .note, at: json(ofRule: later), "/rules/\(later)", message, proof: proof)
                if budget == 0 { return }
            }
        }
    }

    /// A finding that nobody gets, when there is no fallback.
    mutating func checkFallback() {
        guard document.fallback == nil else { return }
        let message = "there is no \"fallback\": a finding that no rule matches is kept and counted, and sent to nobody"
        var demands: [Demands] = []
        for _ in 0...document.rules.count {
            guard case .found(let observation) = search(Demands(all: demands)) else { break }
            let decision = table.decide(observation)
            guard let rule = decision.matched.first.flatMap({ ruleIndices[$0] }) else {
                add(.noFallback, .warning, at: root, "", message, proof: .witness(observation))
                return
            }
            demands.append(Demands(table.conditions[rule], holds: false))
        }
        guard case .impossible = search(Demands(all: demands)) else {
            add(.noFallback, .warning, at: root, "", message, proof: .cannotTell)
            return
        }
        // Every finding is matched by some rule.
    }
}

extension RouteDiagnostic {
    /// For a claim that is only to be judged.
    fileprivate static let none = RouteDiagnostic(
        severity: .note,
        file: "",
        position: TextPosition(line: 1, column: 1),
        pointer: "",
        message: ""
    )
}
