import Findings

/// What a measurement prints: one JSON object on one line.
enum Line {
    static func write(_ members: KeyValuePairs<String, JSONValue?>) { print(JSONValue.compact(members).text) }

    /// A figure with as many digits as it deserves.
    static func figure(_ value: Double) -> JSONValue {
        value >= 100 ? .integer(Int(value.rounded())) : .double((value * 100).rounded() / 100)
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard sorted.isEmpty == false else { return 0 }
        return sorted.count % 2 == 1
            ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    }
}
