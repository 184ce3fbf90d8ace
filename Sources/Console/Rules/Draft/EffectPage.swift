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
                <h1>What your draft changes</h1><p\(Live.region("effect-state")) aria-live="polite">\(effect.map(EffectResultView.words) ?? "Not measured yet.")</p></div>\
                <div\(Live.region("effect-buttons"))>\(buttons)</div></div>\
                <div class="stack-4"\(Live.region("effect"))>\(ExpectationResultView.note(expectations, bench))\(effect.map { EffectResultView(bench: bench, effect: $0).html } ?? "")\(changes)</div>
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

    private var changes: HTML {
        guard let comparison = draft.comparison else { return "" }
        return """
            <section class="card" aria-label="Changes"><header><h2>What the draft changes in the rules</h2></header>\
            <div class="body stack-4">\(ChangesView(comparison: comparison, leads: true).html)</div></section>
            """
    }
}
