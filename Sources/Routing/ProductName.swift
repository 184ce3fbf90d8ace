/// The name of a product as people write it, beside the names that findings have.
package struct ProductName: Sendable {
    private let sought: SoughtName

    /// - Parameter text: As in the `product` of a rule: case, spaces and hyphens do not count, and `*` stands for anything.
    package init(_ text: String) { sought = SoughtName(text, .product) }

    /// Whether a rule with this word would take a finding of that product.
    package func matches(_ product: String) -> Bool { sought.accepts(product) }

    /// Why nothing may have been found under the name: `nil` when it is that of a known product.
    package var doubt: String? {
        if sought.isAmong(KnownProducts.names) || sought.isAmong(KnownSources.names) { return nil }
        let meant = sought.nearest(KnownProducts.names).map { "; did you mean \"\($0)\"?" } ?? ""
        return "\(EscapedText.quoted(sought.text)) is not a known product\(meant)"
    }
}
