/// The fields of a form by their names; one name may stand several times.
struct FormFields: Sendable, Hashable {
    private(set) var pairs: [Pair] = []
    private var places: [String: [Int]] = [:]

    struct Pair: Sendable, Hashable {
        var name: String
        var value: String
    }

    mutating func append(_ name: String, _ value: String) {
        places[name, default: []].append(pairs.count)
        pairs.append(Pair(name: name, value: value))
    }

    /// The last value under the name, as a browser sends a field twice only where the later one stands in for the earlier.
    subscript(name: String) -> String? { places[name]?.last.map { pairs[$0].value } }

    func all(_ name: String) -> [String] { (places[name] ?? []).map { pairs[$0].value } }
}
