import Findings

/// What a measurement prints: one JSON object on one line.
enum Line {
    static func write(_ members: KeyValuePairs<String, JSONValue?>) { print(JSONValue.compact(members).text) }

    /// A figure with as many digits as it deserves.
    static func figure(_ value: Double) -> JSONValue {
        value >= 100 ? .integer(Int(value.rounded())) : .double((value * 100).rounded() / 100)
    }

    /// A share as a percentage with two decimals.
    static func percent(_ share: Double) -> JSONValue { .double((share * 10_000).rounded() / 100) }

    /// Numbers by name.
    static func counts(_ counts: [String: Int]) -> JSONValue {
        .object(counts.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer($0.value)) })
    }

    /// The median of what each pair gives: the two of one round meet the same machine, whose speed changes from round to
    /// round by more than what is compared.
    static func ratio(_ values: [Double], to others: [Double]) -> JSONValue {
        figure(median(zip(values, others).map { $0 / $1 }))
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard sorted.isEmpty == false else { return 0 }
        return sorted.count % 2 == 1
            ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    }
}
