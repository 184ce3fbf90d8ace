extension Page {
    /// The limit within its bounds.
    package var rowLimit: Int { min(max(limit, 1), 500) }

    /// The page out of rows of which one more than the limit was asked for.
    package func cut<Item>(_ rows: [Item], cursor: (Item) throws -> PageCursor) rethrows -> PageRows<Item> {
        let items = Array(rows.prefix(rowLimit))
        return PageRows(items: items, next: rows.count > items.count ? try items.last.map { try cursor($0).text } : nil)
    }
}

/// A page whose rows have not been read yet.
package struct PageRows<Row> {
    package var items: [Row]
    package var next: String?

    package func map<Item: Sendable>(_ read: (Row) throws -> Item) rethrows -> Paged<Item> {
        Paged(items: try items.map(read), next: next)
    }
}
