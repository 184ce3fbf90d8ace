import Findings

extension Claim {
    /// The diagnostic on one line, and the example that shows it on one line below.
    ///
    /// - Parameter isVerbose: Whether the example is the whole finding as JSON, rather than what it has of note in words.
    /// - Returns: Without a line feed at its end.
    package func text(isVerbose: Bool) -> String {
        switch proof {
        case .witness(let observation):
            isVerbose
                ? "\(diagnostic)\n    for example \(EscapedText.visible(observation.witness.text, limit: 2_000))"
                : "\(diagnostic)\n    for example: \(EscapedText.visible(observation.words, limit: 300))"
        case .cannotTell: "\(diagnostic)\n    cannot tell: no example was found, and no proof that there is none"
        case .text: diagnostic.description
        }
    }

    /// For people.
    package var description: String { text(isVerbose: false) }
}

extension Observation {
    /// What tells the finding from others, as somebody would say it.
    var words: String {
        func named(_ name: String, _ value: String?) -> String? {
            value.flatMap { $0.isEmpty ? nil : "\(name) \($0)" }
        }
        func listed(_ name: String, _ values: [String]) -> String? { named(name, values.joined(separator: " and ")) }
        let parts: [String?] = [
            "\(finding.severity.label) \(finding.status.rawValue)", named("product", finding.product),
            named("account", finding.account), named("Region", finding.region), listed("type", finding.types),
            listed("control", finding.controls), listed("standard", finding.standards),
            listed("resource type", finding.resources.compactMap(\.type)),
            listed("resource", finding.resources.map(\.id).filter { $0.isEmpty == false }),
            listed("tag", finding.tags.map { "\($0.key)=\($0.value)" }), named("title", finding.title),
            named("source", finding.source), event.members.isEmpty ? nil : "event as with --verbose",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
