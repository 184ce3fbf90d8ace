package import Findings

extension Severity {
    /// The severities that a query chooses.
    ///
    /// - Parameter text: Labels in any case, apart by commas, or `>=`, `<=`, `>` or `<` and a label in the place of one.
    /// - Returns: At least one, unless nothing is beyond the label; `nil` when a part is neither.
    package static func chosen(by text: String) -> Set<Severity>? {
        var chosen: Set<Severity> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let comparison = [">=", "<=", ">", "<"].first { part.hasPrefix($0) } ?? ""
            guard let bound = Severity(label: part.dropFirst(comparison.count).filter { $0 != " " }) else { return nil }
            chosen.formUnion(
                allCases.filter { severity in
                    switch comparison {
                    case ">=": severity >= bound
                    case "<=": severity <= bound
                    case ">": severity > bound
                    case "<": severity < bound
                    default: severity == bound
                    }
                }
            )
        }
        return chosen
    }
}
