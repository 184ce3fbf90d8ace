import Findings
import FoundationEssentials
import Routing
import Store

extension MessageFacts {
    /// What a later message of an alert says of the time since it was opened; empty when it has only just begun.
    static func life(_ content: Notification.Content) -> String {
        let opened = content.openedAt
        let span = span(content.receivedAt.timeIntervalSince(opened))
        let since = clock(opened, besides: content.receivedAt)
        return switch content.transition {
        case .resolved: "resolved after \(span) (opened \(since))"
        case .reminder: "still open since \(since)"
        case .raised: "raised to \(content.severity.label), open since \(since)"
        case .lowered: "lowered to \(content.severity.label), open since \(since)"
        case .updated: "news of what is open since \(since)"
        case .acknowledged: "acknowledged after \(span) (opened \(since))"
        case .opened, .reopened, .refreshed, .stale: ""
        }
    }

    /// `40 s`, `12 m`, `3 h 12 m`, `4 d 3 h`: the two largest units, rounded down.
    static func span(_ seconds: Double) -> String {
        let seconds = Int(max(0, min(seconds, 1e10)))
        func pair(_ size: Int, _ unit: String, _ lesser: Int, _ lesserUnit: String) -> String {
            let rest = seconds % size / lesser
            return "\(seconds / size) \(unit)" + (rest > 0 ? " \(rest) \(lesserUnit)" : "")
        }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) m" }
        return seconds < 86_400 ? pair(3_600, "h", 60, "m") : pair(86_400, "d", 3_600, "h")
    }

    /// `09:14 UTC`, with the date before it when that is another day than the one at hand.
    static func clock(_ date: Date, besides other: Date) -> String {
        let text = minute(date)
        return text.prefix(10) == minute(other).prefix(10) ? String(text.dropFirst(11)) : text
    }
}
