import Findings

/// The forms in which days are written in routes.json; `nil` for anything else.
extension CalendarDays {
    /// `monday` or `friday-monday`, which goes round the end of the week.
    static func weekdays(_ text: String) -> [Weekday]? { range(text, of: Weekday.self) }

    /// `december` or `november-february`, which goes round the end of the year.
    static func months(_ text: String) -> [Month]? { range(text, of: Month.self) }

    private static func range<Word: RawRepresentable<String> & CaseIterable & Equatable>(
        _ text: String,
        of type: Word.Type
    ) -> [Word]? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Word(rawValue: String($0)) }
        let all = Array(Word.allCases)
        guard (1...2).contains(parts.count), let first = parts.first.flatMap({ $0 }),
            let last = parts.last.flatMap({ $0 }),
            let start = all.firstIndex(of: first), let end = all.firstIndex(of: last)
        else { return nil }
        return start <= end ? Array(all[start...end]) : Array(all[start...]) + all[...end]
    }

    /// `2026-12-24` or `2026-12-24..2026-12-26`.
    static func dates(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false).map { day(String($0)) }
        guard (1...2).contains(parts.count), let first = parts.first.flatMap({ $0 }),
            let last = parts.last.flatMap({ $0 }), first <= last
        else { return nil }
        return first...last
    }

    private static func day(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1970...9999).contains(year), (1...12).contains(month),
            (1...CivilDate.daysInMonth(year, month)).contains(day)
        else { return nil }
        return CivilDate.daysSince1970(year, month, day)
    }

    /// `1`, `-1`, `1..7`, `-3..-1` or `15..-1`; never from the end towards the beginning.
    static func daysOfMonth(_ text: String) -> MonthDays? {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false).map { dayOfMonth($0) }
        guard (1...2).contains(parts.count), let first = parts.first.flatMap({ $0 }),
            let last = parts.last.flatMap({ $0 })
        else { return nil }
        guard first > 0 ? last < 0 || first <= last : last < 0 && first <= last else { return nil }
        return MonthDays(first: first, last: last)
    }

    private static func dayOfMonth(_ text: Substring) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text
        guard let day = DurationText.wholeNumber(digits), (1...31).contains(day) else { return nil }
        return text.hasPrefix("-") ? -day : day
    }
}
