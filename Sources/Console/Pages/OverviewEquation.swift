import FoundationEssentials
import HTTPSurface
import Operations
import Store
import Triage

/// Every accepted finding of a period, once.
struct OverviewEquation {
    var statistics: FateStatistics
    var period: OverviewPeriod
    /// Since ever; whether they balance is the server's own check.
    var totals: Totals

    var html: HTML {
        let fates = statistics.total
        let since = "since:\(period.rawValue)"
        return """
            <section class="card" aria-labelledby="eqh"><header><h2 id="eqh">Every accepted finding, accounted for</h2>\
            \(balance)</header><div class="eq"><div><div class="v">\
            <a href="\(ConsolePath.findings(since))">\(.number(statistics.accepted))</a></div>\
            <div class="l">accepted</div></div><div class="sym" aria-hidden="true">=</div>\
            \(part(statistics.waiting + statistics.setAside, "waiting", nil))\
            \(part(fates.delivered, "delivered", ConsolePath.deliveries("state:delivered \(since)")))\
            \(part(fates.pending, "pending", ConsolePath.waiting()))\
            \(part(fates.held + fates.suppressed, "held or suppressed", ConsolePath.findings("fate:suppressed \(since)")))\
            \(part(fates.unrouted, "reached nobody", ConsolePath.findings("fate:unrouted \(since)"), isBad: true))\
            \(part(fates.dead, "dead letters", ConsolePath.deliveries("state:dead \(since)"), isBad: true))</div>\(bar(fates))\
            <footer>\(words)</footer></section>
            """
    }

    private var balance: HTML {
        totals.isBalanced
            ? #"<span class="st t-ok">\#(.icon(.check))balanced</span>"#
            : #"<span class="st t-bad">\#(.icon(.warn))not balanced</span>"#
    }

    private func part(_ count: Int, _ label: String, _ path: String?, isBad: Bool = false) -> HTML {
        let tone: HTML = isBad && count > 0 ? " t-bad" : ""
        let number: HTML = path.map { #"<a href="\#($0)">\#(.number(count))</a>"# } ?? .number(count)
        return #"<div><div class="v\#(tone)">\#(number)</div><div class="l">\#(label)</div></div>"#
    }

    /// The same as lengths; what is bad is never too short to be seen.
    private func bar(_ fates: Fates) -> HTML {
        let all = statistics.accepted
        guard all > 0 else { return "" }
        let parts: [(look: HTML, count: Int, word: String)] = [
            ("g1", fates.delivered, "delivered"), ("g2", fates.pending + statistics.waiting, "pending or waiting"),
            ("g3", fates.held + fates.suppressed, "held or suppressed"),
            ("g4", fates.unrouted + fates.dead + statistics.setAside, "reached nobody, dead or set aside"),
        ]
        var x = 0
        var rects: [HTML] = []
        for part in parts where part.count > 0 {
            let width = max(4, part.count * 1_000 / all)
            rects.append(#"<rect class="\#(part.look)" x="\#(min(x, 996))" width="\#(width)" height="8"/>"#)
            x += width
        }
        let words = parts.map { "\($0.word) \($0.count * 100 / all) percent" }.joined(separator: ", ")
        return """
            <div class="eqw"><svg class="eqbar" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img" \
            aria-label="Of \(.number(all)): \(words)">\(rects)</svg></div>
            """
    }

    private var words: HTML {
        let fates = statistics.total
        var words: HTML = """
            Each finding that came in counts once, under the worst of its destinations: \
            \(.number(fates.held)) held at one, \(.number(fates.suppressed)) suppressed by a rule.
            """
        if let from = statistics.report.countedFrom, from > statistics.since {
            words = words + " Counted since \(.moment(from))."
        }
        if statistics.isExact == false {
            words = words + " More messages wait than are looked at here: some of them count as delivered."
        }
        return words + " \(reasons)"
    }

    private var reasons: HTML {
        let reasons = totals.held.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\($0.key.rawValue.replacing("_", with: " ")) \(ShownNumber.grouped($0.value))" }
        return "Held since the beginning: \(reasons.isEmpty ? "nothing" : reasons.joined(separator: " · "))."
    }
}
