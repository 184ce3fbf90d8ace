import Findings
import FoundationEssentials
import Triage

/// Values of queries, as people write them.
enum QueryValues {
    /// Reads the moment that stands in a term, or says what was expected there.
    static func read(_ term: SearchQuery.Term, now: Date, into date: inout Date?, _ mistakes: inout [String]) {
        guard term.value.isEmpty == false else {
            mistakes.append("\(term.written): nothing stands behind the colon")
            return
        }
        guard let moment = moment(term.value, now: now) else {
            mistakes.append("\(term.written): expected 2h, 7d, today, a day such as 2026-11-28, or a moment")
            return
        }
        date = moment
    }

    /// `2h`, `7d`, `30m`, `today` (UTC), `2026-11-28`, or a moment as RFC 3339 has it.
    static func moment(_ text: String, now: Date) -> Date? {
        let day = 86_400.0
        if text.lowercased() == "today" {
            return Date(timeIntervalSince1970: (now.timeIntervalSince1970 / day).rounded(.down) * day)
        }
        if let unit = text.last, let count = Double(text.dropLast()), (0...100_000).contains(count) {
            let seconds: [Character: Double] = ["m": 60, "h": 3_600, "d": day, "w": 7 * day]
            return seconds[unit].map { now.addingTimeInterval(-count * $0) }
        }
        let written = text.count == 10 ? "\(text)T00:00:00Z" : text
        do {
            return try Date.ISO8601FormatStyle().parse(written)
        } catch {
            return nil
        }
    }
}

extension SearchQuery.Term {
    /// An end of a stretch of time: what is not since a moment is until it.
    enum Moment {
        case since, until

        func of<Path>(_ paths: (since: Path, until: Path)) -> Path {
            switch self {
            case .since: paths.since
            case .until: paths.until
            }
        }
    }

    /// Which end of a stretch of time the term names, if it does.
    var moment: Moment? {
        switch field {
        case "since": isExclusion ? .until : .since
        case "until": isExclusion ? .since : .until
        default: nil
        }
    }
}
