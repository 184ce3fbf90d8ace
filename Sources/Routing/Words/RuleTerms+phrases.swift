import Findings
import FoundationEssentials

extension Rule.Terms {
    /// On what terms a destination is told, one phrase for each that the rules say something about.
    package var phrases: [Phrase] {
        [group?.phrase].compactMap(\.self) + mutes.map(\.phrase)
            + [unless?.phrase, digest?.phrase, announced]
            .compactMap(\.self)
    }

    /// `nil` when it is what is announced without a word about it.
    private var announced: Phrase? {
        guard notify != Transition.announcedByDefault || updatesOfEveryKind else { return nil }
        let words = RouteReader.announceable.filter(notify.contains).map { transition in
            switch transition {
            case .reminder: "due again"
            default: transition.rawValue
            }
        }
        return "only when \(Phrase.list(words, last: " or "))"
    }
}

extension Rule.Group {
    fileprivate var phrase: Phrase {
        let isAtOnce = wait == .zero
        var phrase: Phrase
        if isEach {
            phrase = isAtOnce ? "each by itself, at once" : "each by itself, after \(Telling.words(wait))"
        } else {
            let what: Phrase =
                by.isEmpty ? "all in one message" : "grouped by \(Phrase.list(by, last: " and "))"
            phrase = isAtOnce ? "\(what), at once" : "\(what) for \(Telling.words(wait))"
        }
        if interval != .seconds(300) { phrase = phrase + ", at most every \(Telling.words(interval))" }
        if let again = self.repeat { phrase = phrase + ", again every \(Telling.words(again))" }
        return phrase
    }
}

extension Mute {
    fileprivate var phrase: Phrase {
        let when: Phrase = isOutside ? "outside " : "during "
        let names = Phrase.list(windows.map(\.name), last: " or ")
        let what: Phrase = action == .drop ? "dropped " : "held "
        let which: Phrase = Mute.words(severities).map { " if \($0)" } ?? ""
        let key = isOutside ? "outside" : "during"
        let isUsual = reason == "\(key) \(windows.map(\.name).joined(separator: ", "))"
        let why: Phrase = isUsual ? "" : " (\(reason))"
        return "\(what)\(when)\(names)\(which)\(why)"
    }

    /// `nil` when it is every severity.
    private static func words(_ severities: Set<Severity>) -> String? {
        let chosen = Severity.allCases.filter(severities.contains)
        guard chosen.count < Severity.allCases.count else { return nil }
        guard let least = chosen.first, let most = chosen.last else { return "of no severity" }
        let isWhole = chosen.count == Int(most.rawValue - least.rawValue) + 1
        if chosen.count == 1 { return least.label }
        if isWhole, most == Severity.allCases.last { return "\(least.label) or worse" }
        if isWhole, least == Severity.allCases.first { return "\(most.label) or milder" }
        return chosen.map(\.label).joined(separator: " or ")
    }
}

extension Inhibition {
    fileprivate var phrase: Phrase {
        let which: Phrase = when.tests.isEmpty ? "" : " that is \(when.nested)"
        let missing: Phrase = missingIsEqual ? " (what both lack is the same)" : ""
        return
            "not while something more severe\(which) with the same \(Phrase.list(equal, last: " and ")) is open\(missing)"
    }
}

extension DigestSchedule {
    fileprivate var phrase: Phrase {
        let times = Phrase.list(at.map(ClockSpan.text), last: " and ")
        let days: [Phrase] = [
            self.days.weekdays.isEmpty ? nil : "on \(CalendarDays.words(self.days.weekdays))",
            self.days.daysOfMonth.isEmpty
                ? nil : "on \(Phrase.list(self.days.daysOfMonth.map(\.words), last: " and ")) of the month",
        ].compactMap(\.self)
        let zone = timeZone.identifier == "GMT" ? "UTC" : timeZone.identifier
        return Phrase.joined(["in a digest at \(times)"] + days, " ") + " (\(zone))"
    }
}

extension ClockSpan {
    /// Minutes since midnight as the clock shows them.
    fileprivate static func text(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }
}

extension CalendarDays {
    /// `Monday to Friday`, `Sunday`, `Monday, Wednesday`.
    fileprivate static func words(_ weekdays: Set<Weekday>) -> String {
        let chosen = Weekday.allCases.filter(weekdays.contains)
        let names = chosen.map { $0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst() }
        let places = chosen.compactMap(Weekday.allCases.firstIndex(of:))
        if let first = places.first, let last = places.last, names.count > 2, last - first == names.count - 1 {
            return "\(names[0]) to \(names[names.count - 1])"
        }
        return names.joined(separator: ", ")
    }
}

extension CalendarDays.MonthDays {
    fileprivate var words: String {
        func day(_ number: Int) -> String {
            number == -1 ? "the last day" : number < 0 ? "the last day but \(-number - 1)" : "day \(number)"
        }
        return first == last ? day(first) : "\(day(first)) to \(day(last))"
    }
}
