import AWSRequests
import Store

extension SourceState.Kind {
    init(_ kind: AWSFault.Kind) {
        switch kind {
        case .throttled, .overLimit: self = .throttled
        case .noCredentials, .expired: self = .credentials
        case .denied: self = .denied
        case .missing: self = .missing
        case .refused, .skewed, .staleReceipt, .cutOff: self = .refused
        case .unreachable, .timedOut, .cancelled: self = .unreachable
        }
    }
}
