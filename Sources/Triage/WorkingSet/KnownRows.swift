/// Rows of one kind as far as they are known, with what was changed kept apart.
struct KnownRows<Key: Hashable & Sendable, Row: Sendable>: Sendable {
    private var rows: [Key: Row?] = [:]
    private(set) var changed: Set<Key> = []

    init() {}

    /// The row; `nil` when nothing is known of it, and `nil` inside when it is known that there is none.
    subscript(key: Key) -> Row?? { rows[key] }

    func isKnown(_ key: Key) -> Bool { rows.index(forKey: key) != nil }

    /// Takes over what is stored, unless more is known already.
    mutating func note(_ row: Row?, at key: Key) {
        if rows.index(forKey: key) == nil { rows[key] = .some(row) }
    }

    mutating func change(_ row: Row?, at key: Key) {
        rows[key] = .some(row)
        changed.insert(key)
    }

    /// Takes over what somebody else has stored by now.
    mutating func set(_ row: Row?, at key: Key) { rows[key] = .some(row) }

    /// Every row there is.
    var all: some Sequence<(key: Key, row: Row)> { rows.lazy.compactMap { key, row in row.map { (key, $0) } } }

    /// What was changed since the last time.
    mutating func takeChanged() -> [(key: Key, row: Row?)] {
        guard changed.isEmpty == false else { return [] }
        defer { changed = [] }
        return changed.map { ($0, rows[$0] ?? nil) }
    }

    /// What was changed is as it is stored.
    mutating func markStored() { changed = [] }

    mutating func forgetUnchanged() {
        rows = rows.filter { changed.contains($0.key) }
    }
}
