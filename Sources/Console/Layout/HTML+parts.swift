import Findings
import FoundationEssentials
import HTTPSurface
import Routing

extension HTML {
    /// Markup that is part of the program.
    static func trusted(_ text: String) -> HTML { HTML(stringLiteral: text) }

    /// A symbol, which says nothing that does not stand beside it.
    static func icon(_ icon: Icon, _ tone: String = "") -> HTML {
        let look: HTML = tone.isEmpty ? "i" : "i \(tone)"
        return """
            <svg class="\(look)" aria-hidden="true"><use href="#\(icon.rawValue)"/></svg>
            """
    }

    /// Text for those who do not see the page.
    static func hidden(_ text: String) -> HTML { #"<span class="vh">\#(text)</span>"# }

    /// Four bars, as many filled as it is severe, and the word.
    static func severity(_ severity: Severity) -> HTML {
        let bars: [HTML] = (0..<4).map { index in
            let isOff = index >= filled(severity)
            return """
                <rect x="\(4 * index)" y="\(9 - 3 * index)" width="3" height="\(3 * (index + 1))" rx=".6" \
                fill="currentColor"\(isOff ? #" class="off""# as HTML : "")/>
                """
        }
        return """
            <span class="sev sev-\(className(severity))"><svg viewBox="0 0 15 12" aria-hidden="true">\(bars)</svg>\
            \(severity.label)</span>
            """
    }

    private static func filled(_ severity: Severity) -> Int {
        switch severity {
        case .critical: 4
        case .high: 3
        case .medium: 2
        case .low: 1
        case .informational, .unknown: 0
        }
    }

    private static func className(_ severity: Severity) -> String {
        switch severity {
        case .critical: "critical"
        case .high: "high"
        case .medium: "medium"
        case .low: "low"
        case .informational, .unknown: "info"
        }
    }

    /// A moment, read by machines to the millisecond and by people to the second.
    static func moment(_ date: Date, _ style: Moment = .full) -> HTML {
        #"<time datetime="\#(date.formatted(.iso8601))">\#(style.text(date))</time>"#
    }

    /// How a moment is written; the page says once that all are UTC.
    enum Moment {
        /// `28 Nov 2026, 09:41:07`
        case full
        /// `09:41:07`, for what stands beside a day.
        case time

        func text(_ date: Date) -> String {
            let text = date.formatted(.iso8601)
            let time = String(text.dropFirst(11).prefix(8))
            guard case .full = self else { return time }
            let parts = text.prefix(10).split(separator: "-")
            guard parts.count == 3, let month = Int(parts[1]), (1...12).contains(month), let day = Int(parts[2]) else {
                return text
            }
            return "\(day) \(Moment.months[month - 1]) \(parts[0]), \(time)"
        }

        private static let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
    }

    /// An account by its name with its id beside it, wherever one is known.
    static func account(_ id: String?, name: String?) -> HTML {
        guard let id, id.isEmpty == false else { return "\(name ?? "no account")" }
        guard let name, name.isEmpty == false, name != id else { return #"<span class="mono">\#(id)</span>"# }
        return #"\#(name) <span class="mono f">\#(id)</span>"#
    }

    /// A number with its thousands apart.
    static func number(_ count: Int) -> HTML { "\(ShownNumber.grouped(count))" }
}

/// Numbers as people read them.
enum ShownNumber {
    /// `12,345`
    static func grouped(_ count: Int) -> String {
        var text = ""
        for (place, digit) in String(count.magnitude).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (count < 0 ? "−" : "") + String(text.reversed())
    }

    /// `3 min`, rounded down.
    static func duration(_ seconds: Double) -> String {
        let whole = max(0, Int(seconds))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<7_200: return "\(whole / 60) min"
        case ..<172_800: return "\(whole / 3_600) h"
        default: return "\(whole / 86_400) days"
        }
    }
}

/// The symbols that a page begins with.
enum Icon: String, CaseIterable {
    case home, search, rules, clock, send, out, mute, audit, find, check, x, warn, stop, chev, chat, mail, hook, pause
    case play, plus, minus, up, down, more, swap, nobody, menu, user, ring, dotfull, `try`, grid
}
