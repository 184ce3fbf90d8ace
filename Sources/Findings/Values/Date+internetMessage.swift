import FoundationEssentials

extension Date {
    /// In UTC as HTTP and mail write it, without a zone (RFC 9110 §5.6.7, RFC 5322 §3.3), e.g. `Tue, 24 Nov 2026 02:24:01`.
    package var internetMessage: String {
        let iso = formatted(.iso8601)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = Int(iso.dropFirst(5).prefix(2)).map { months[($0 + 11) % 12] } ?? ""
        // The first day of 1970 was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((timeIntervalSince1970 / 86_400).rounded(.down)) % 7
        return "\(days[(day + 7) % 7]), \(iso.dropFirst(8).prefix(2)) \(month) \(iso.prefix(4)) "
            + iso.dropFirst(11).prefix(8)
    }
}
