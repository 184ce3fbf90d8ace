import Store

/// What is kept of the items of one request that cannot be read.
struct Quarantine {
    /// A small compressed body can hold large unreadable ones.
    static let largestSum = 1_048_576

    /// What tells the request when it is sent again, so that the same items are kept once.
    var requestID: String?
    private(set) var items: [QuarantinedItem] = []
    private var room = Quarantine.largestSum
    private let largestItem: Int

    /// - Parameters:
    ///   - requestID: `nil` when the request says nothing by which it could be known again.
    ///   - largestItem: What of one item is kept, in bytes.
    init(requestID: String? = nil, largestItem: Int = Submission.largestUnreadable) {
        self.requestID = requestID
        self.largestItem = largestItem
    }

    mutating func add(_ bytes: [UInt8], because reason: String) {
        let kept = min(bytes.count, largestItem, room)
        room -= kept
        items.append(
            QuarantinedItem(
                reason: reason,
                bytes: kept == bytes.count ? bytes : Array(bytes.prefix(kept)),
                key: requestID.map { "\($0)#\(items.count)" }
            )
        )
    }
}
