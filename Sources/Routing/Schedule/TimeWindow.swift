package import FoundationEssentials

/// A recurring time, such as the nights from Monday to Friday in Berlin.
///
/// It is any of its `times` on any of its `days`, by the wall clock of its zone. When clocks change, everything that
/// reads inside is inside, and a window is one piece all the same:
/// - A border that is skipped lies where the clock jumps. A window that is skipped as a whole begins there and is as
///   long as it always is, so that what is due once a day is never left out.
/// - A border that comes twice counts the first time as a start and the second time as an end, so that a window never
///   runs twice.
package struct TimeWindow: Sendable, Hashable {
    package var name: String
    package var timeZone: TimeZone
    /// None stands for the whole day.
    package var times: [ClockSpan]
    package var days: CalendarDays

    /// How far ahead anything is looked for.
    static let horizon = 400

    package init(
        name: String,
        timeZone: TimeZone = .gmt,
        times: [ClockSpan] = [],
        days: CalendarDays = .every
    ) {
        self.name = name
        self.timeZone = timeZone
        self.times = times
        self.days = days
    }

    package func contains(_ date: Date) -> Bool { end(covering: date) != nil }

    /// The first moment at or after the date that is outside, `nil` when there is none within 400 days.
    package func end(from date: Date) -> Date? {
        if times.isEmpty, days == .every { return nil }
        let limit = date.addingTimeInterval(Double(TimeWindow.horizon) * 86_400)
        var end = date
        while let next = self.end(covering: end) {
            end = spans.contains(.wholeDay) ? self.end(ofDaysFrom: next) : next
            if end > limit { return nil }
        }
        return end
    }

    /// The first moment after the date that is inside while what lies just before it is not, `nil` when there is none
    /// within 400 days.
    package func nextStart(after date: Date) -> Date? {
        guard let outside = end(from: date) else { return nil }
        let clock = WallClock(zone: timeZone)
        let today = clock.day(at: outside)
        // Yesterday too, since a reading that comes twice may put today's start behind tomorrow's.
        for day in (today - 1)...(today + TimeWindow.horizon) where days.contains(day) {
            let starts = spans.map { Date(timeIntervalSince1970: Double(interval(of: $0, on: day, clock).lowerBound)) }
            if let next = starts.filter({ $0 > outside }).min() { return next }
        }
        return nil
    }

    private var spans: [ClockSpan] { times.isEmpty ? [.wholeDay] : times }

    /// The end of the days in a row that begin with that of the date, all of them whole; the date when there are none.
    private func end(ofDaysFrom date: Date) -> Date {
        let clock = WallClock(zone: timeZone)
        let today = clock.day(at: date)
        var day = today
        while days.contains(day), day <= today + TimeWindow.horizon { day += 1 }
        guard day > today else { return date }
        return Date(timeIntervalSince1970: Double(interval(of: .wholeDay, on: day - 1, clock).upperBound))
    }

    /// The latest end of the intervals that hold the date.
    private func end(covering date: Date) -> Date? {
        let clock = WallClock(zone: timeZone)
        let today = clock.day(at: date)
        var end: Int?
        // What crosses midnight began yesterday; where clocks go back over midnight, tomorrow may have begun.
        for day in (today - 1)...(today + 1) where days.contains(day) {
            for span in spans {
                let interval = interval(of: span, on: day, clock)
                let seconds = date.timeIntervalSince1970
                guard Double(interval.lowerBound) <= seconds, seconds < Double(interval.upperBound) else { continue }
                end = max(end ?? .min, interval.upperBound)
            }
        }
        return end.map { Date(timeIntervalSince1970: Double($0)) }
    }

    /// Moments in whole seconds since 1970, never empty.
    private func interval(of span: ClockSpan, on day: Int, _ clock: WallClock) -> Range<Int> {
        let midnight = day * 86_400
        let start = clock.start(of: midnight + span.start * 60)
        let end = clock.end(of: midnight + span.end * 60)
        return start < end ? start..<end : start..<start + (span.end - span.start) * 60
    }
}
