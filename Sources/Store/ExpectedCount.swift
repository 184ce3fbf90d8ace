/// How many somebody was told there are, when they then decide about all of them.
package struct ExpectedCount: Sendable, Hashable {
    /// 0 or more.
    package var count: Int

    package init(_ count: Int) { self.count = count }

    /// Whether so many are still what was decided about: up to a tenth more or fewer may have come or gone meanwhile, since
    /// where some fail all the time no number would ever hold.
    package func holds(_ found: Int) -> Bool {
        max(count, found) - min(count, found) <= count / 10
    }
}

/// There are more or fewer than whoever asked was told of.
package struct NotExpected: Error, Hashable {
    /// How many there are.
    package var found: Int

    package init(found: Int) { self.found = found }
}
