extension QueuePoller {
    /// What became of a message here.
    enum Fate: Hashable {
        case kept, quarantined
        /// The store does not take it.
        case refused
        /// Not handed over: it is not what its digest says, or stands in a FIFO group behind what is not on disk.
        case left

        var isOnDisk: Bool {
            switch self {
            case .kept, .quarantined: true
            case .refused, .left: false
            }
        }
    }
}
