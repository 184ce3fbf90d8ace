/// A page of a listing.
package struct Page: Sendable, Hashable {
    /// 1...500.
    package var limit: Int
    /// What ``Paged/next`` said; opaque, stable under inserts.
    package var cursor: String?

    package init(limit: Int = 50, cursor: String? = nil) {
        self.limit = limit
        self.cursor = cursor
    }
}

package struct Paged<Item: Sendable>: Sendable {
    package var items: [Item]
    /// The cursor of the next page, `nil` on the last one.
    package var next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// A cursor that no listing gave out.
package struct InvalidCursor: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "the cursor is not one that this listing gave out" }
}
