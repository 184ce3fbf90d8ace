import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// What was measured of rules that somebody is about to put in force.
struct EffectResultView {
    var bench: Workbench
    var effect: EffectView

    var html: HTML {
        let isOld = if case .stale = effect.state { true } else { false }
        let parts: HTML = """
            \(alarm)\(tiles)\(destinations)\(EffectPartsView(parts: effect.parts).html)\(effect.counts.map(samples))
            """
        return isOld ? #"<div class="stack-4 stale">\#(parts)</div>"# : parts
    }

    static func words(_ effect: EffectView) -> HTML {
        let what: HTML = """
            \(effect.period), decided again with \(effect.candidate ?? "the draft") beside \(effect.against): \
            <b>\(.number(effect.observations))</b> observations of <b>\(.number(effect.findings))</b> findings.
            """
        switch effect.state {
        case .complete: return "\(what) Complete."
        case .running(let done, let all): return "\(what) Under way: \(.number(done)) of \(.number(all))."
        case .interrupted: return "\(what) The process that measured it ended before it was done."
        case .cut(let why): return "\(what) \(why)"
        case .stale(let changes): return "\(what) \(changes == 1 ? "1 change" : "\(changes) changes") since."
        case .empty: return "\(effect.period): nothing came in, so nothing can be measured."
        }
    }

    private var alarm: HTML {
        let count = effect.count(.nobody)
        guard count > 0 else { return "" }
        return """
            <div class="note bad" role="alert">\(.icon(.nobody))<div class="grow"><b>\(.number(count)) \(count == 1 ? "finding" : "findings") \
            would reach nobody.</b> If they are unwanted, say so with a reason: then they are counted as suppressed, and not lost \
            from view.</div><div class="row wrap"><a class="b sm" href="/rules/new?from=nobody">Suppress them, with a reason…</a>\
            <a class="b sm" href="/settings/fallback">Add a fallback…</a></div></div>
            """
    }

    private var tiles: HTML {
        let tiles: [HTML] = EffectView.Count.Kind.losses.map { kind in
            let count = effect.count(kind)
            let words = effect.counts.first { $0.kind == kind }?.words ?? ""
            let isAlarm = kind == .nobody && count > 0
            return """
                <a class="tile\(isAlarm ? " alarm" : "")" href="#\(kind.rawValue)"><div class="v \(count > 0 ? kind.look : "")">\
                \(.icon(kind.icon))\(.number(count))</div><div class="l">\(kind.title)</div><p>\(words)</p></a>
                """
        }
        return #"<div class="tiles">\#(tiles)</div>\#(told)"#
    }

    /// What is better than before stands by itself: nobody has to look at it first.
    private var told: HTML {
        let count = effect.count(.told)
        guard count > 0 else { return "" }
        return """
            <p class="s"><a class="u t-gain" href="#told">\(.icon(.plus))\(.number(count)) \(count == 1 ? "finding" : "findings") \
            that reached nobody before</a> \(count == 1 ? "is" : "are") told now.</p>
            """
    }

    private var destinations: HTML {
        let changed = effect.destinations.filter {
            $0.gained != 0 || $0.lost != 0 || $0.messages.map { $0.before != $0.after } == true
        }
        let rest = effect.destinations.count - changed.count
        let rows: [HTML] = changed.map { row($0) }
        let same: HTML = rest > 0 ? #"<footer>\#(rest) more, unchanged</footer>"# : ""
        return """
            <section class="card"><header><h2>Per destination</h2><div class="row s f">\(EffectResultView.swatch("bar-a"))\(effect.against)\
            \(EffectResultView.swatch("bar-b"))\(effect.candidate ?? "draft")</div></header><div class="scroll" tabindex="0" role="region" aria-label="Per destination">\
            <table class="mid stackable"><caption class="vh">Findings gained and lost, and messages before and after</caption><thead><tr>\
            <th scope="col">Destination</th><th scope="col" class="num">Gained</th><th scope="col" class="num">Lost</th>\
            <th scope="col" class="num">Messages</th><th scope="col">Per day</th><th scope="col" class="num">Busiest hour</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>\(same)</section>
            """
    }

    private static func swatch(_ look: String) -> HTML {
        #"<svg width="10" height="10" aria-hidden="true"><rect class="\#(look)" width="10" height="10" rx="2"/></svg> "#
    }

    private func row(_ destination: EffectView.Destination) -> HTML {
        func pair(_ change: EffectView.Change?) -> HTML {
            change.map { "\(.number($0.before)) → <b>\(.number($0.after))</b>" }
                ?? #"<span class="f">not counted</span>"#
        }
        let sent: HTML = destination.sent.map { #"<span class="xs f blk">\#(.number($0)) sent in truth</span>"# } ?? ""
        return """
            <tr><td><span class="dest">\(.icon(bench.icons[destination.name] ?? .hook))<span>\(destination.name)</span></span></td>\
            <td data-l="Findings gained" class="num t-gain">\(destination.gained > 0 ? "+\(.number(destination.gained))" : "0" as HTML)</td>\
            <td data-l="Findings lost" class="num t-loss">\(destination.lost > 0 ? "−\(.number(destination.lost))" : "0" as HTML)</td>\
            <td data-l="Messages" class="num nw"><span>\(pair(destination.messages))\(sent)</span></td>\
            <td data-l="Per day">\(PairedBars(name: destination.name, days: destination.days).html)</td>\
            <td data-l="Busiest hour" class="num nw"><span>\(pair(destination.busiestHour))\(overflow(destination))</span></td></tr>
            """
    }

    /// That its busiest hour brings more than its rate lets through.
    private func overflow(_ destination: EffectView.Destination) -> HTML {
        guard let busiest = destination.busiestHour, let rate = destination.hourlyRate, busiest.after > rate else {
            return ""
        }
        return #"<span class="xs t-bad blk">\#(.icon(.warn, "i-s"))its rate lets \#(.number(rate)) through</span>"#
    }

    private func samples(_ count: EffectView.Count) -> HTML {
        guard count.findings > 0, count.samples.isEmpty == false else { return "" }
        let rows: [HTML] = count.samples.map { sample in
            let title = String(sample.title.prefix(300))
            return """
                <tr><td class="nw">\(.severity(sample.severity))</td><td class="any"><a href="\(ConsolePath.finding(sample.findingID))">\(title)</a>\
                <div class="xs f">\(sample.words)</div></td><td class="num nw"><a class="u s" href="/try?finding=\(sample.findingID.percentEncoded)&amp;by=both">both ways\
                \(.hidden(" of \(title)"))</a></td></tr>
                """
        }
        let rest = count.findings - count.samples.count
        let more: HTML =
            rest > 0 ? #"<footer>\#(.number(rest)) more, not listed</footer>"# : ""
        return """
            <section class="card" id="\(count.kind.rawValue)"><header><h2 class="row \(count.kind.look)">\(.icon(count.kind.icon))\
            \(count.kind.title.prefix(1).uppercased() + count.kind.title.dropFirst())</h2><span class="s f">\(.number(count.findings)) findings</span>\
            </header><table class="mid"><caption class="vh">Findings: \(count.kind.title)</caption><thead class="vh"><tr>\
            <th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Decision</th></tr></thead><tbody>\(rows)</tbody></table>\(more)</section>
            """
    }
}
