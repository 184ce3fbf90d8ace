import Findings

extension ConditionForm {
    /// What a finding is, line by line, for somebody to take away what does not matter.
    init(of finding: Finding) {
        let values: [(field: String, values: [String])] = [
            ("severity", [finding.severity.label.lowercased()]), ("account", [finding.account].compactMap(\.self)),
            ("region", [finding.region].compactMap(\.self)), ("product", [finding.product]),
            ("control", finding.controls), ("type", finding.controls.isEmpty ? finding.types : []),
            ("resourceType", finding.resources.compactMap(\.type)), ("title", [finding.title]),
        ]
        for (field, values) in values {
            var seen: Set<String> = []
            let kept = values.filter { $0.isEmpty == false && seen.insert($0).inserted }.prefix(10)
            guard kept.isEmpty == false else { continue }
            lines.append(.field(FieldLine(field: field, values: ListText.text(Array(kept)))))
        }
    }
}
