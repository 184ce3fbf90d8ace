import Findings
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
    static func text(_ date: Date) -> String { "\(date.internetMessage) GMT" }
}
