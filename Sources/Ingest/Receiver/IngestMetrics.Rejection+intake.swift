import Store

extension IngestMetrics.Rejection {
    /// The reason that an error of the journal stands for.
    init(_ error: IntakeError) {
        switch error {
        case .overloaded: self = .overloaded
        case .closed: self = .closed
        case .diskFull: self = .diskFull
        case .unwritable: self = .unavailable
        }
    }
}
