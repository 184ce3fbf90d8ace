package import FoundationEssentials

/// When the summary of a digest is sent: at these times of these days, by the wall clock of a zone.
///
/// A time that is skipped when clocks change stands for the moment of the jump, one that comes twice for the first.
package struct DigestSchedule: Sendable, Hashable {
    /// Minutes since midnight, 0...1439, at least one.
    package var at: [Int]
    package var days: CalendarDays
    package var timeZone: TimeZone

    package init(at: [Int], days: CalendarDays = .every, timeZone: TimeZone = .gmt) {
        self.at = at
        self.days = days
        self.timeZone = timeZone
    }

    /// The first time after the date, at the latest 400 days after it.
    package func next(after date: Date) -> Date {
        let clock = WallClock(zone: timeZone)
        let today = clock.day(at: date)
        for day in (today - 1)...(today + TimeWindow.horizon) where days.contains(day) {
            let moments = at.map { Date(timeIntervalSince1970: Double(clock.start(of: day * 86_400 + $0 * 60))) }
            if let next = moments.filter({ $0 > date }).min() { return next }
        }
        return date.addingTimeInterval(Double(TimeWindow.horizon) * 86_400)
    }
}
