/// A part of the day by the wall clock, such as `22:00-06:00`: from the first minute up to the second, which is outside.
///
/// One that crosses midnight belongs to the day on which it begins.
package struct ClockSpan: Sendable, Hashable {
    /// Minutes since midnight, 0...1439.
    package let start: Int
    /// Minutes since the midnight before `start`: `start + 1 ... start + 1439`, or 1440 for a whole day.
    package let end: Int

    package static let wholeDay = ClockSpan(start: 0, end: 1440)

    private init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// Reads `HH:MM-HH:MM`, where the end may be `24:00`; `nil` for anything else and for an end equal to the start.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = ClockSpan.minute(parts[0]),
            let end = parts[1] == "24:00" ? 1440 : ClockSpan.minute(parts[1]), start != end
        else { return nil }
        self.init(start: start, end: end > start ? end : end + 1440)
    }

    /// Reads `HH:MM`, 00:00 to 23:59, as minutes since midnight.
    package static func minute(_ text: some StringProtocol) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        return hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }
}
