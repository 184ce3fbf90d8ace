package import FoundationEssentials

extension Date {
    /// The hour of UTC in which it lies, counted from 1970 on.
    package var utcHour: Int { Int((timeIntervalSince1970 / 3_600).rounded(.down)) }

    /// The day of UTC in which it lies, counted from 1970 on.
    package var utcDay: Int { Int((timeIntervalSince1970 / 86_400).rounded(.down)) }
}
