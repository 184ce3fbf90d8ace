import Findings

extension ConditionForm {
    /// So many different values of a field are still something that findings have in common.
    private static let mostCommon = 10

    /// What several findings are, line by line: fields in which none of them has more than a few values, and all have one.
    init(ofAll findings: [Finding]) {
        let fields: [(field: String, value: (Finding) -> String?)] = [
            ("severity", { $0.severity.label.lowercased() }), ("account", \.account), ("region", \.region),
            ("product", { $0.product }), ("control", { $0.controls.first }),
            ("type", { $0.controls.isEmpty ? $0.types.first : nil }),
        ]
        guard findings.isEmpty == false else { return }
        for (field, value) in fields {
            let values = findings.map(value)
            let kept = Set(values.compactMap(\.self).filter { $0.isEmpty == false })
            guard values.contains(nil) == false, (1...ConditionForm.mostCommon).contains(kept.count) else { continue }
            lines.append(.field(FieldLine(field: field, values: ListText.text(kept.sorted()))))
        }
    }

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
