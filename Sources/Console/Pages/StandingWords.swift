import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Store

/// To whom what became of a finding happened, and what those wait for who do not know.
enum StandingWords {
    /// Lines that a row has.
    private static let mostLines = 4

    /// Destinations in one line share their state, and what they wait for.
    static func html(_ listed: ListedFinding) -> HTML {
        guard listed.fate != .suppressed, listed.fate != .unrouted else { return "" }
        // Of a finding that some know, those that do not are what matters.
        let shown = listed.fate == .partly ? listed.standings.filter { $0.state != .told } : listed.standings
        var lines: [(reason: AlertStanding, names: [String])] = []
        for standing in shown {
            var reason = standing
            reason.destination = ""
            if let place = lines.firstIndex(where: { $0.reason == reason }) {
                lines[place].names.append(standing.destination)
            } else {
                lines.append((reason, [standing.destination]))
            }
        }
        let isMixed = Set(shown.map(\.state)).count > 1 || listed.fate == .partly
        let rows: [HTML] = lines.prefix(mostLines).map { line in
            #"<span class="xs f blk">\#(words(line.reason, isMixed: isMixed))\#(names(line.names))\#(why(line.reason))</span>"#
        }
        return "\(rows)\(lines.count > mostLines ? #"<span class="xs f blk">and more</span>"# as HTML : "")"
    }

    private static func names(_ names: [String]) -> String {
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        return names.prefix(3).joined(separator: ", ") + more
    }

    /// The state, where the row's own word does not say it already.
    private static func words(_ standing: AlertStanding, isMixed: Bool) -> String {
        guard isMixed else { return "" }
        switch standing.state {
        case .told: return "told "
        case .waiting: return "waits: "
        case .failed: return "could not be told: "
        case .silenced: return "silenced: "
        case .untold: return "no message was due: "
        }
    }

    private static func why(_ standing: AlertStanding) -> HTML {
        if let silence = standing.silence {
            return #", by <a href="/silences/\#(silence.percentEncoded)">\#(silence)</a>"#
        }
        guard standing.state == .waiting, let kind = standing.waitsFor else { return "" }
        let moment: HTML = standing.until.map { ", \(HTML.moment($0))" } ?? ""
        return ", \(kind.words)\(moment)"
    }
}
