import Findings
import HTTPSurface
import Operations
import Routing

/// What a draft would have changed for what came in.
struct EffectPage {
    var bench: Workbench
    var draft: Draft
    /// `nil` while nothing was measured.
    var effect: EffectView?
    /// What comes of the draft's expectations; `nil` when nobody has asked.
    var expectations: ExpectationReport?
    /// Whether it can be measured from here.
    var canMeasure = false
    /// Whether it is being measured.
    var canStop = false

    var page: Page {
        Page(
            title: "What your draft changes",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / Draft</div><div class="head"><div>\
                <h1>What your draft changes</h1><p\(Live.region("effect-state")) aria-live="polite">\(effect.map(EffectPage.words) ?? "Not measured yet.")</p></div>\
                <div\(Live.region("effect-buttons"))>\(buttons)</div></div>\
                <div class="stack-4"\(Live.region("effect"))>\(ExpectationResultView.note(expectations, bench))\(effect.map(measured) ?? "")\(changes)</div>
                """
        )
    }

    private var buttons: HTML {
        guard canMeasure || canStop else { return "" }
        if canStop {
            let stop: HTML = #"<button class="b" name="do" value="stop">Stop</button>"#
            return """
                <form class="row" method="post" action="/draft/effect">\(bench.formFields)\
                <a class="b" href="/draft/effect">Refresh</a>\(bench.visitor.controls(.edit, stop))</form>
                """
        }
        let measure: HTML = #"<button class="b">\#(effect == nil ? "Measure it" : "Measure again")</button>"#
        return """
            <div class="row wrap"><form class="row" method="post" action="/draft/effect">\(bench.formFields)\
            \(bench.visitor.controls(.edit, measure))</form>\
            <a class="b" href="/shadow">Run beside…</a></div>
            """
    }

    private static func words(_ effect: EffectView) -> HTML {
        let what: HTML = """
            \(effect.period), decided again with the draft beside \(effect.against): \
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

    private func measured(_ effect: EffectView) -> HTML {
        "\(alarm(effect))\(tiles(effect))\(destinations(effect))\(EffectPartsView(parts: effect.parts).html)\(effect.counts.map(samples))"
    }

    private func alarm(_ effect: EffectView) -> HTML {
        let count = effect.count(.nobody)
        guard count > 0 else { return "" }
        return """
            <div class="note bad" role="alert">\(.icon(.nobody))<div class="grow"><b>\(.number(count)) \(count == 1 ? "finding" : "findings") \
            would reach nobody.</b> If they are unwanted, say so with a reason: then they are counted as suppressed, and not lost \
            from view.</div><div class="row wrap"><a class="b sm" href="/rules/new?from=suppress">Suppress them, with a reason…</a>\
            <a class="b sm" href="/settings/fallback">Add a fallback…</a></div></div>
            """
    }

    private func tiles(_ effect: EffectView) -> HTML {
        let tiles: [HTML] = EffectView.Count.Kind.allCases.map { kind in
            let count = effect.count(kind)
            let words = effect.counts.first { $0.kind == kind }?.words ?? ""
            let isAlarm = kind == .nobody && count > 0
            return """
                <a class="tile\(isAlarm ? " alarm" : "")" href="#\(kind.rawValue)"><div class="v \(count > 0 ? kind.look : "")">\
                \(.icon(kind.icon))\(.number(count))</div><div class="l">\(kind.title)</div><p>\(words)</p></a>
                """
        }
        return #"<div class="tiles">\#(tiles)</div>"#
    }

    private func destinations(_ effect: EffectView) -> HTML {
        let changed = effect.destinations.filter {
            $0.gained != 0 || $0.lost != 0 || $0.messages.map { $0.before != $0.after } == true
        }
        let rest = effect.destinations.count - changed.count
        let rows: [HTML] = changed.map { row($0) }
        let same: HTML = rest > 0 ? #"<footer>\#(rest) more, unchanged</footer>"# : ""
        return """
            <section class="card"><header><h2>Per destination</h2><div class="row s f">\(EffectPage.swatch("bar-a"))\(effect.against)\
            \(EffectPage.swatch("bar-b"))draft</div></header><div class="scroll" tabindex="0" role="region" aria-label="Per destination">\
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
            <td data-l="Busiest hour" class="num nw"><span>\(pair(destination.busiestHour))</span></td></tr>
            """
    }

    private func samples(_ count: EffectView.Count) -> HTML {
        guard count.findings > 0, count.samples.isEmpty == false else { return "" }
        let rows: [HTML] = count.samples.map { sample in
            """
            <tr><td class="nw">\(.severity(sample.severity))</td><td class="any"><a href="\(ConsolePath.finding(sample.findingID))">\(sample.title)</a>\
            <div class="xs f">\(sample.words)</div></td><td class="num nw"><a class="u s" href="/try?finding=\(sample.findingID.percentEncoded)&amp;by=both">both ways\
            \(.hidden(" of \(sample.title)"))</a></td></tr>
            """
        }
        return """
            <section class="card" id="\(count.kind.rawValue)"><header><h2 class="row \(count.kind.look)">\(.icon(count.kind.icon))\
            \(count.kind.title.prefix(1).uppercased() + count.kind.title.dropFirst())</h2><span class="s f">\(.number(count.findings)) findings</span>\
            </header><table class="mid"><caption class="vh">Findings: \(count.kind.title)</caption><thead class="vh"><tr>\
            <th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Decision</th></tr></thead><tbody>\(rows)</tbody></table></section>
            """
    }

    private var changes: HTML {
        guard let comparison = draft.comparison else { return "" }
        return """
            <section class="card" aria-label="Changes"><header><h2>What the draft changes in the rules</h2></header>\
            <div class="body stack-4">\(ChangesView(comparison: comparison, leads: true).html)</div></section>
            """
    }
}
