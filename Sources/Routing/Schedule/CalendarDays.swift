import Findings

/// Which days a schedule is for: OR inside a field, AND across fields; a field that is empty takes every day.
package struct CalendarDays: Sendable, Hashable {
    package var weekdays: Set<Weekday>
    /// Days since 1970-01-01, see ``CivilDate``.
    package var dates: [ClosedRange<Int>]
    package var daysOfMonth: [MonthDays]
    package var months: Set<Month>

    package init(
        weekdays: Set<Weekday> = [],
        dates: [ClosedRange<Int>] = [],
        daysOfMonth: [MonthDays] = [],
        months: Set<Month> = []
    ) {
        self.weekdays = weekdays
        self.dates = dates
        self.daysOfMonth = daysOfMonth
        self.months = months
    }

    package static let every = CalendarDays()

    package enum Weekday: String, Sendable, Hashable, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    package enum Month: String, Sendable, Hashable, CaseIterable {
        case january, february, march, april, may, june, july, august, september, october, november, december
    }

    /// Days of a month, counted from 1, or from −1 backwards from its last.
    ///
    /// What the month does not have is cut off; when it begins after the month's end, the month has none of it.
    /// Source: Alertmanager, `timeinterval`, `ContainsTime`.
    package struct MonthDays: Sendable, Hashable {
        /// -31...31, never 0.
        package let first: Int
        /// -31...31, never 0.
        package let last: Int

        func contains(_ day: Int, length: Int) -> Bool {
            let first = first < 0 ? max(length + first + 1, 1) : first
            let last = last < 0 ? max(length + last + 1, 1) : min(last, length)
            return first <= day && day <= last
        }
    }

    /// Whether every field takes the day, counted from 1970-01-01.
    func contains(_ day: Int) -> Bool {
        if weekdays.isEmpty == false {
            // 1970-01-01 was a Thursday.
            let weekday = ((day + 3) % 7 + 7) % 7
            guard weekdays.contains(Weekday.allCases[weekday]) else { return false }
        }
        guard dates.isEmpty || dates.contains(where: { $0.contains(day) }) else { return false }
        guard daysOfMonth.isEmpty == false || months.isEmpty == false else { return true }
        let date = CivilDate.date(daysSince1970: day)
        guard months.isEmpty || months.contains(Month.allCases[date.month - 1]) else { return false }
        let length = CivilDate.daysInMonth(date.year, date.month)
        return daysOfMonth.isEmpty || daysOfMonth.contains { $0.contains(date.day, length: length) }
    }
}
