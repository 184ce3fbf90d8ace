import FoundationEssentials

extension Date {
    /// RFC 5322 §3.3, e.g. `Tue, 24 Nov 2026 02:24:01 +0000`.
    var mailHeader: String {
        let fields = civil
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[fields.weekday]), \(padded(fields.day, 2)) \(months[fields.month - 1]) "
            + "\(padded(fields.year, 4)) \(clock(fields.second)) +0000"
    }

    /// For people, e.g. `2026-11-24 02:24:01 UTC`.
    var mailText: String {
        let fields = civil
        return
            "\(padded(fields.year, 4))-\(padded(fields.month, 2))-\(padded(fields.day, 2)) \(clock(fields.second)) UTC"
    }

    /// The proleptic Gregorian date in UTC; dates outside the years 1 to 9999, which only broken input has, become the
    /// nearest one inside. Days to date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private var civil: (year: Int, month: Int, day: Int, weekday: Int, second: Int) {
        let bounded =
            timeIntervalSince1970.isNaN ? 0 : min(max(timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        let seconds = Int(bounded.rounded(.down))
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            weekday: ((day + 4) % 7 + 7) % 7,
            second: seconds - day * 86_400
        )
    }

    private func clock(_ second: Int) -> String {
        "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
