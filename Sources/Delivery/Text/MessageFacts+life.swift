import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension MessageFacts {
    /// What a later message of an alert says of the time since it was opened; empty when it has only just begun.
    static func life(_ content: Notification.Content) -> String {
        let facts = content.facts
        var since: String { clock(facts.openedAt, besides: facts.receivedAt) }
        var span: String { self.span(ended(content).timeIntervalSince(facts.openedAt)) }
        return switch facts.transition {
        case .resolved: "resolved after \(span) (opened \(since))"
        case .reminder: "still open since \(since)"
        case .raised: "raised to \(facts.severity.label), open since \(since)"
        case .lowered: "lowered to \(facts.severity.label), open since \(since)"
        case .updated: "news of what is open since \(since)"
        case .acknowledged: "acknowledged after \(span) (opened \(since))"
        case .opened, .reopened, .refreshed, .stale: ""
        }
    }

    /// When what is told came about: by the source's own clock where it says, since `openedAt` is of that clock too.
    private static func ended(_ content: Notification.Content) -> Date {
        let finding = content.finding
        let told = [content.transition == .resolved ? finding.endsAt : nil, finding.updatedAt].compactMap(\.self)
        return told.first { content.openedAt <= $0 && $0 <= content.receivedAt } ?? content.receivedAt
    }

    /// When it came about, and by whose account: the first that the source gives of first observed, created and the event's
    /// own time, else the receipt. What is planned says from when to when. When it was received stands beside it when that
    /// was more than five minutes later or earlier.
    ///
    /// - Parameters:
    ///   - content: What to say.
    ///   - tellsReceipt: False where the receipt has a place of its own.
    /// - Returns: Never an empty value.
    static func moment(_ content: Notification.Content, tellsReceipt: Bool = true) -> Field {
        func value(_ words: String, _ date: Date) -> String {
            guard tellsReceipt, abs(content.receivedAt.timeIntervalSince(date)) > 300 else { return words }
            return "\(words), received \(clock(content.receivedAt, besides: date))"
        }
        let finding = content.finding
        if finding.firstSeenAt == nil, let startsAt = finding.startsAt {
            let end = finding.endsAt.map { ", ends \(clock($0, besides: startsAt))" } ?? ""
            return Field(name: "Scheduled", value: value("Starts \(minute(startsAt))\(end)", startsAt))
        }
        // A source without a date of creation has the event's own time in its place.
        let created = finding.createdAt == finding.occurredAt ? nil : finding.createdAt
        let told = [("First seen", finding.firstSeenAt), ("Created", created), ("Happened", finding.occurredAt)]
        for case (let name, let date?) in told {
            return Field(name: name, value: value(minute(date), date))
        }
        return Field(name: "Received", value: minute(content.firstSeenAt))
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
