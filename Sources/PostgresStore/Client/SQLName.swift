/// Names of tables and schemas in statements.
enum SQLName {
    /// The name as PostgreSQL takes it whatever is in it (PostgreSQL 15, 4.1.1).
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
