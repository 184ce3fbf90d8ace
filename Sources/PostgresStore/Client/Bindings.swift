/// The values of a statement's parameters, `$1` first.
struct Bindings: ExpressibleByArrayLiteral {
    private(set) var types: [UInt32] = []
    private(set) var values: [[UInt8]?] = []

    init() {}

    init(arrayLiteral elements: any StatementValue...) {
        for element in elements { append(element) }
    }

    mutating func append(_ value: some StatementValue) {
        types.append(Swift.type(of: value).type)
        values.append(value.encoded)
    }

    /// Appends a value.
    ///
    /// - Returns: How the statement refers to it, e.g. `$3`.
    mutating func place(_ value: some StatementValue) -> String {
        append(value)
        return "$\(values.count)"
    }
}

/// A statement that waits to be sent.
struct Statement {
    let sql: String
    let bindings: Bindings

    init(_ sql: String, _ bindings: Bindings = []) {
        self.sql = sql
        self.bindings = bindings
    }
}
