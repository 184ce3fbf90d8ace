import Store

/// What is kept of the items of one request that cannot be read.
struct Quarantine {
    /// Enough for any event that a source sends; what is longer is no event.
    static let largestItem = 262_144
    /// A small compressed body can hold large unreadable ones.
    static let largestSum = 1_048_576

    private(set) var items: [QuarantinedItem] = []
    private var room = Quarantine.largestSum

    mutating func add(_ bytes: [UInt8], because reason: String) {
        let kept = min(bytes.count, Quarantine.largestItem, room)
        room -= kept
        items.append(QuarantinedItem(reason: reason, bytes: kept == bytes.count ? bytes : Array(bytes.prefix(kept))))
    }
}
