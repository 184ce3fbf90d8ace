import FoundationEssentials
import Synchronization

/// The value of the `Date` header (RFC 9110 §6.6.1), made once a second.
enum DateHeader {
    private struct Made {
        var second = -1
        var text = ""
    }

    private static let made = Mutex(Made())

    static func now() -> String {
        let now = Date()
        let second = Int(now.timeIntervalSince1970)
        return made.withLock { made in
            if made.second != second { made = Made(second: second, text: text(now)) }
            return made.text
        }
    }

    /// An IMF-fixdate (RFC 9110 §5.6.7), e.g. `Tue, 24 Nov 2026 02:24:01 GMT`.
    static func text(_ date: Date) -> String {
        let iso = date.formatted(.iso8601)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = Int(iso.dropFirst(5).prefix(2)).map { months[($0 + 11) % 12] } ?? ""
        // The first day of 1970 was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((date.timeIntervalSince1970 / 86_400).rounded(.down)) % 7
        return "\(days[(day + 7) % 7]), \(iso.dropFirst(8).prefix(2)) \(month) \(iso.prefix(4)) "
            + "\(iso.dropFirst(11).prefix(8)) GMT"
    }
}
