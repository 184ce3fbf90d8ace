package import FoundationEssentials

/// Days of the proleptic Gregorian calendar, without a calendar object.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil` and `civil_from_days`.
package enum CivilDate {
    /// Days from 1970-01-01 to this date; negative before it.
    package static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date that lies so many days after 1970-01-01; month and day count from 1.
    package static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// 28...31; the month counts from 1.
    package static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Date {
    /// ISO 8601 in UTC, `2026-01-31T08:15:00Z`; milliseconds are written when they are not zero.
    package var iso8601: String {
        // Bounded, since a date may hold any number; these are the years -1200 and 5138.
        let milliseconds = Int((min(max(timeIntervalSince1970, -1e11), 1e11) * 1000).rounded())
        let days = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let ofDay = milliseconds - days * 86_400_000
        let (year, month, day) = CivilDate.date(daysSince1970: days)
        var out: [UInt8] = []
        out.reserveCapacity(24)
        func add(_ value: Int, _ width: Int, _ separator: UInt8?) {
            let digits = Array(String(value).utf8)
            for _ in 0..<max(0, width - digits.count) { out.append(UInt8(ascii: "0")) }
            out.append(contentsOf: digits)
            if let separator { out.append(separator) }
        }
        add(year, 4, UInt8(ascii: "-"))
        add(month, 2, UInt8(ascii: "-"))
        add(day, 2, UInt8(ascii: "T"))
        add(ofDay / 3_600_000, 2, UInt8(ascii: ":"))
        add(ofDay / 60_000 % 60, 2, UInt8(ascii: ":"))
        add(ofDay / 1000 % 60, 2, nil)
        if ofDay % 1000 != 0 {
            out.append(UInt8(ascii: "."))
            add(ofDay % 1000, 3, nil)
        }
        out.append(UInt8(ascii: "Z"))
        return String(decoding: out, as: UTF8.self)
    }
}
