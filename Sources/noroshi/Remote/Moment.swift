import ArgumentParser
import Findings
import FoundationEssentials
import Glibc

/// A moment on the command line: how long ago (`90s`, `15m`, `2h`, `3d`, `1w`), a day (`today`, `yesterday`,
/// `2026-01-31`), or a date with its time, with or without a time zone.
///
/// Days and times without a zone are those of this machine, which ``zone`` names.
struct Moment: ExpressibleByArgument, Hashable {
    private enum Meaning: Hashable {
        case ago(Double)
        /// Midnight of the day so many days before today.
        case day(before: Int)
        /// On this machine's clock: year, month, day, hour, minute, second.
        case local([Int])
        case text(String)
    }

    private let meaning: Meaning

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        if let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
            (0...100_000_000).contains(count)
        {
            meaning = .ago(Double(count) * unit)
        } else if argument == "today" {
            meaning = .day(before: 0)
        } else if argument == "yesterday" {
            meaning = .day(before: 1)
        } else if let numbers = Moment.local(argument) {
            meaning = .local(numbers)
        } else if argument.count >= 20, argument.first?.isNumber == true {
            // The server judges what the rest of RFC 3339 allows.
            meaning = .text(argument)
        } else {
            return nil
        }
    }

    /// RFC 3339.
    func date(before now: Date) -> String {
        switch meaning {
        case .ago(let seconds): return (now - seconds).iso8601
        case .text(let text): return text
        case .local(let numbers): return (Moment.date(numbers) ?? now).iso8601
        case .day(let before):
            var seconds = time_t(now.timeIntervalSince1970)
            var parts = tm()
            localtime_r(&seconds, &parts)
            let day = [Int(parts.tm_year) + 1_900, Int(parts.tm_mon) + 1, Int(parts.tm_mday) - before, 0, 0, 0]
            return (Moment.date(day) ?? now).iso8601
        }
    }

    /// Whether its meaning depends on where this machine is.
    var isLocal: Bool {
        switch meaning {
        case .day, .local: true
        case .ago, .text: false
        }
    }

    /// The time zone of this machine at a moment, as `JST, UTC+09:00`.
    static func zone(at date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let minutes = abs(parts.tm_gmtoff) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let offset =
            "UTC" + (minutes == 0 ? "" : "\(parts.tm_gmtoff < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))")
        let name = parts.tm_zone.map { String(cString: $0) } ?? offset
        return name == offset || name.first?.isLetter != true ? offset : "\(name), \(offset)"
    }

    /// `2026-01-31`, or with ` 08:15` or `T08:15:00` after it; `nil` for anything else, a zone included.
    private static func local(_ text: String) -> [Int]? {
        let halves = text.split(separator: text.contains("T") ? "T" : " ", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { return nil }
        let day = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        let time = halves.count == 2 ? halves[1].split(separator: ":", omittingEmptySubsequences: false) : []
        guard day.count == 3, day[0].utf8.count == 4, halves.count == 1 || (2...3).contains(time.count),
            (day.dropFirst() + time).allSatisfy({ $0.utf8.count == 2 })
        else { return nil }
        let parts = day + time
        let numbers = parts.compactMap { part in part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil }
        guard numbers.count == parts.count else { return nil }
        let all = numbers + Array(repeating: 0, count: 6 - numbers.count)
        guard (1...12).contains(all[1]), (1...31).contains(all[2]), all[3] < 24, all[4] < 60, all[5] < 60,
            let date = date(all)
        else { return nil }
        // The 31st of February would be taken for the 3rd of March.
        var seconds = time_t(date.timeIntervalSince1970)
        var back = tm()
        localtime_r(&seconds, &back)
        return Int(back.tm_mday) == all[2] ? all : nil
    }

    private static func date(_ numbers: [Int]) -> Date? {
        var parts = tm()
        parts.tm_year = Int32(numbers[0] - 1_900)
        parts.tm_mon = Int32(numbers[1] - 1)
        parts.tm_mday = Int32(numbers[2])
        parts.tm_hour = Int32(numbers[3])
        parts.tm_min = Int32(numbers[4])
        parts.tm_sec = Int32(numbers[5])
        parts.tm_isdst = -1
        let seconds = mktime(&parts)
        return seconds == -1 ? nil : Date(timeIntervalSince1970: Double(seconds))
    }
}

extension RemoteCommand {
    /// Says to people from when on is listed, and in which time zone that was read.
    func tell(_ moments: [(word: String, moment: Moment?)], now: Date) {
        guard remote.format == .text else { return }
        for case (let word, let moment?) in moments where moment.isLocal {
            Terminal.note("\(word) \(moment.date(before: now)) (time zone \(Moment.zone(at: now)))")
        }
    }
}
