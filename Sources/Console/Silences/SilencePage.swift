import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// One silence: what it hides and hid, and the forms that end or extend it.
struct SilencePage {
    var status: SilenceStatus
    var effect: SilenceEffect
    var accounts = AccountBook()
    var visitor: Visitor
    var now: Date

    var page: Page {
        let silence = status.silence
        return Page(
            title: "Silence \(silence.id)",
            area: .silences,
            content: """
                <div class="crumb"><a href="/silences">Silences</a> / \(silence.id)</div>
                <div class="head"><div><div class="row wrap">\(SilencesPage.state(status))</div>\
                <h1>\(accounts.naming(SilencesPage.words(silence)))</h1><p>\(silence.reason)</p></div></div>
                <div class="grid-main"><div class="stack-4">\(hides)\
                \(HiddenFindings(title: "Hid", preview: effect.hid, accounts: accounts, verb: "were hidden").html)</div>
                <aside class="stack-4" aria-label="Facts and what can be done">\(forms)\(facts)</aside></div>
                """
        )
    }

    private var hides: HTML {
        guard status.state == .active else { return "" }
        return HiddenFindings(
            title: "Hides now",
            preview: effect.hides,
            accounts: accounts,
            verb: "are kept back, and told when it ends if still open"
        )
        .html
    }

    private var forms: HTML {
        let silence = status.silence
        guard status.state != .expired else { return "" }
        // Whoever changes it changes what this page shows, and nothing newer.
        let known: HTML = #"\#(visitor.proofField)<input type="hidden" name="tag" value="\#(silence.tag)">"#
        let spans: [HTML] = SilenceForm.Span.allCases.filter { $0 != .other }.map { span in
            """
            <button class="b sm" name="for" value="\(span.rawValue)">\
            \(span == .morning ? span.words : "\(span.words) from now")</button>
            """
        }
        let path = ConsolePath.silence(silence.id)
        let forms: HTML = """
            <form class="stack" method="post" action="\(path)/extend">\(known)<b>End it at another time</b>\
            <div class="row wrap">\(spans)</div></form>\
            <form method="post" action="\(path)/end">\(known)<button class="b">End it now</button></form>
            """
        return """
            <section class="card"><header><h2>Change</h2></header><div class="body stack-4">\
            \(visitor.controls(.respond, forms))</div></section>
            """
    }

    private var facts: HTML {
        let silence = status.silence
        let rows: [(String, HTML)] = [
            ("Owner", "\(silence.owner)"),
            ("From", .moment(silence.startsAt)),
            ("Until", .moment(silence.endsAt)),
            ("Where", "\(silence.destinations?.joined(separator: ", ") ?? "everywhere")"),
            ("Worse", "\(silence.breaksOnRaise ? "an alert that gets worse is told" : "hidden as well")"),
            ("Created", "\(.moment(silence.createdAt)) by \(Visitor.shown(author: silence.createdBy))"),
            ("Condition", #"<span class="mono xs">\#(silence.when.text)</span>"#),
        ]
        let list: [HTML] = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
        return """
            <section class="card"><header><h2>Facts</h2></header><div class="body"><dl class="kv">\(list)</dl></div></section>
            """
    }
}
