import Findings
import FoundationEssentials

/// Windows, and what names them.
extension RouteReader {
    /// A window as written; `window` is `nil` when it cannot be used.
    struct NamedWindow {
        var name: String
        var keyOffset: Int
        var node: Node
        var window: TimeWindow?
    }

    mutating func windows(_ node: Node?) -> [NamedWindow] {
        guard let node, let entries = entries(of: node, "\"windows\"") else { return [] }
        return entries.map { entry in
            _ = isName(entry.key, at: entry.node, offset: entry.keyOffset, "the name of a window")
            return NamedWindow(
                name: entry.key,
                keyOffset: entry.keyOffset,
                node: entry.node,
                window: window(entry)
            )
        }
    }

    private mutating func window(_ entry: Entry) -> TimeWindow? {
        let times = ["times", "weekdays", "dates", "daysOfMonth", "months"]
        guard let fields = fields(of: entry.node, "a window", keys: ["timeZone"] + times) else { return nil }
        if times.allSatisfy({ entry.node.json[$0] == nil }) {
            error(entry.node, "a window needs at least one of \(times.joined(separator: ", "))")
        }
        return TimeWindow(
            name: entry.key,
            timeZone: timeZone(fields["timeZone"]) ?? .gmt,
            times: spans(fields["times"]),
            days: CalendarDays(
                weekdays: weekdays(fields["weekdays"]),
                dates: texts(fields["dates"], "\"dates\"", "a date such as 2026-12-24 or 2026-12-24..2026-12-26") {
                    CalendarDays.dates($0)
                },
                daysOfMonth: daysOfMonth(fields["daysOfMonth"]),
                months: Set(
                    texts(fields["months"], "\"months\"", "a month such as december or november-february") {
                        CalendarDays.months($0)
                    }.joined()
                )
            )
        )
    }

    /// Reads a list of strings that have a form of their own.
    private mutating func texts<Value>(
        _ node: Node?,
        _ what: String,
        _ expected: String,
        words: [String] = [],
        read: (String) -> Value?
    ) -> [Value] {
        var values: [Value] = []
        for element in list(node, what, of: "strings") ?? [] {
            guard let text = string(element, "each of \(what)", expected: expected) else { continue }
            guard let value = read(text) else {
                let found = "found \(RouteReader.quoted(text))"
                error(
                    element,
                    "each of \(what) must be \(expected), \(found)",
                    suggestion: nearest(text, among: words)
                )
                continue
            }
            values.append(value)
        }
        return values
    }

    private mutating func spans(_ node: Node?) -> [ClockSpan] {
        texts(node, "\"times\"", "a time span such as 09:00-17:00 or 22:00-06:00") { ClockSpan($0) }
    }

    private mutating func weekdays(_ node: Node?) -> Set<CalendarDays.Weekday> {
        Set(
            texts(
                node,
                "\"weekdays\"",
                "a weekday such as sunday or monday-friday",
                words: CalendarDays.Weekday.allCases.map(\.rawValue)
            ) { CalendarDays.weekdays($0) }.joined()
        )
    }

    private mutating func daysOfMonth(_ node: Node?) -> [CalendarDays.MonthDays] {
        texts(node, "\"daysOfMonth\"", "a day of the month such as 1, 1..7 or -1 for the last") {
            CalendarDays.daysOfMonth($0)
        }
    }

    private mutating func timeZone(_ node: Node?) -> TimeZone? {
        let expected = "the name of a time zone such as Europe/Berlin or UTC"
        guard let node, let text = string(node, "\"timeZone\"", expected: expected) else { return nil }
        guard let zone = TimeZone.named(text) else {
            error(
                node,
                "\"timeZone\" must be \(expected), found \(RouteReader.quoted(text))",
                suggestion: nearest(text, among: TimeZone.names)
            )
            return nil
        }
        return zone
    }

    mutating func digest(_ node: Node?) -> DigestSchedule? {
        let keys = ["at", "weekdays", "daysOfMonth", "timeZone"]
        guard let node, let fields = fields(of: node, "\"digest\"", keys: keys, required: ["at"]) else { return nil }
        let days = CalendarDays(
            weekdays: weekdays(fields["weekdays"]),
            daysOfMonth: daysOfMonth(fields["daysOfMonth"])
        )
        let at = texts(fields["at"], "\"at\"", "a time such as 09:00") { ClockSpan.minute($0) }
        return DigestSchedule(at: at, days: days, timeZone: timeZone(fields["timeZone"]) ?? .gmt)
    }

    mutating func mutes(_ node: Node?, _ windows: [NamedWindow]) -> [Mute] {
        (list(node, "\"mute\"", of: "mutes") ?? []).compactMap { mute($0, windows) }
    }

    private mutating func mute(_ node: Node, _ windows: [NamedWindow]) -> Mute? {
        let keys = ["during", "outside", "severity", "then", "reason"]
        guard let fields = fields(of: node, "a mute", keys: keys) else { return nil }
        var severities = Set(Severity.allCases)
        if let written = fields["severity"], case .severity(let some, _)? = severityTest(written) { severities = some }
        let action: Mute.Action = word(fields["then"], "\"then\"") ?? .hold
        let reason = plainText(fields["reason"], "\"reason\"")
        if action == .drop, fields["reason"] == nil {
            error(node, "a mute that drops needs a \"reason\" in words: it is recorded with everything it drops")
        }
        let key: String
        switch (fields["during"], fields["outside"]) {
        case (_?, let outside?):
            error(outside, "a mute has \"during\" or \"outside\", not both")
            return nil
        case (_?, nil): key = "during"
        case (nil, _?): key = "outside"
        case (nil, nil):
            error(node, "a mute needs \"during\" or \"outside\": the windows in which it holds, or does not")
            return nil
        }
        let named = windowNames(fields[key], "\"\(key)\"", windows)
        return Mute(
            windows: named.compactMap(\.window),
            isOutside: key == "outside",
            severities: severities,
            action: action,
            reason: reason ?? "\(key) \(named.map(\.name).joined(separator: ", "))"
        )
    }

    private mutating func windowNames(_ node: Node?, _ what: String, _ windows: [NamedWindow]) -> [NamedWindow] {
        var named: [NamedWindow] = []
        for element in list(node, what, of: "window names") ?? [] {
            guard let name = string(element, "each of \(what)", expected: "the name of a window") else { continue }
            guard let window = windows.first(where: { $0.name == name }) else {
                let names = windows.map(\.name)
                let suggestion = nearest(name, among: names)
                let known = names.isEmpty ? "; \"windows\" defines none" : "; there are \(RouteReader.some(names))"
                error(
                    element,
                    "there is no window \(RouteReader.quoted(name))\(suggestion == nil ? known : "")",
                    suggestion: suggestion
                )
                continue
            }
            if named.contains(where: { $0.name == name }) {
                error(element, "\(RouteReader.quoted(name)) is named twice")
            }
            named.append(window)
        }
        return named
    }
}
