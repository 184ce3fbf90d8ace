import Findings

/// Looks for a finding that meets demands, or for the reason why there is none.
struct WitnessSearch {
    /// Values of the event that are set whatever its patterns would rather have, by path.
    var forced: [String: String] = [:]

    enum Result {
        case found(Observation)
        /// There is none, and why.
        case impossible(String)
        case unknown
    }

    /// How many alternatives are tried before the search is given up.
    private static let mostTries = 256

    func run(_ demands: Demands) -> Result {
        guard let alternatives = demands.alternatives else { return .unknown }
        var reason: String?
        var isUnknown = alternatives.count > WitnessSearch.mostTries
        for demands in alternatives.prefix(WitnessSearch.mostTries) {
            switch run(demands) {
            case .found(let observation): return .found(observation)
            case .impossible(let why): reason = reason ?? why
            case .unknown: isUnknown = true
            }
        }
        if isUnknown { return .unknown }
        return .impossible(
            alternatives.count > 1 ? "none of its alternatives can hold" : reason ?? "it has no alternative"
        )
    }

    private func run(_ demands: [Demand]) -> Result {
        var severities = UInt8.max
        var wanted: [Condition.Field: [[FieldCheck.Word]]] = [:]
        var refused: [Condition.Field: [FieldCheck.Word]] = [:]
        var patterns: [(pattern: WrittenPattern, matches: Bool)] = []
        for demand in demands {
            switch demand {
            case .severity(let accepted): severities &= accepted
            case .some(let field, let words): wanted[field, default: []].append(words)
            case .none(let field, let words): refused[field, default: []] += words
            case .pattern(let pattern, let matches): patterns.append((pattern, matches))
            }
        }
        // The most severe reads best, and is what people care about.
        guard let severity = Severity.allCases.last(where: { severities & 1 << $0.rawValue != 0 }) else {
            return .impossible("no severity is accepted by all of its conditions")
        }
        var finding = Finding(
            key: FindingKey("witness"),
            source: "aws.securityhub",
            kind: .securityHub,
            id: "witness",
            title: "Example finding",
            severity: severity,
            product: "Security Hub"
        )
        var isUnknown = false
        for field in Condition.Field.allCases {
            let search = FieldWitness(field: field, wanted: wanted[field] ?? [], refused: refused[field] ?? [])
            switch search.fill(&finding) {
            case .filled: break
            case .impossible:
                return .impossible("no \(field.rawValue) is accepted by all of its conditions")
            case .unknown: isUnknown = true
            }
        }
        guard isUnknown == false,
            let observation = EventSketch(finding, patterns.map { ($0.pattern.compiled, $0.matches) }, forced: forced)
                .observation
        else { return .unknown }
        return .found(observation)
    }
}
