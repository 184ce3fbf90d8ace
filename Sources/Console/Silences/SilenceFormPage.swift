import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing

/// A new silence as it is filled in, beside what it would have hidden.
struct SilenceFormPage {
    var form: SilenceForm
    /// What is wrong with it, in sentences; none before it was sent.
    var mistakes: [String]
    /// `nil` while there is no condition that could be asked.
    var reach: SilenceReach?
    /// The destinations of the rules in force.
    var destinations: [String]
    var accounts = AccountBook()
    var visitor: Visitor
    var now: Date

    var page: Page {
        Page(
            title: "New silence",
            area: .silences,
            content: """
                <div class="crumb"><a href="/silences">Silences</a> / New</div><div class="head"><div><h1>New silence</h1>\
                <p>Keeps quiet about what somebody knows of, until an hour that you name. Ends of alerts that were \
                announced are still told.</p></div></div>\(faults)
                <div class="grid-main"><form class="card" method="post" action="/silences/new">\(visitor.proofField)\
                \(what)\(until)\(who)\(extent)\(end)</form>\(SilenceReachView(reach: reach, accounts: accounts).html)</div>
                """,
            scripts: [.keys, .htmx]
        )
    }

    private var faults: HTML {
        guard mistakes.isEmpty == false else { return "" }
        let lines: [HTML] = mistakes.map { "<li>\($0)</li>" }
        return #"<div class="note bad" role="alert" id="mistakes"><ul class="grow">\#(lines)</ul></div>"#
    }

    /// Whatever changes here is asked about anew, where scripts run; elsewhere the button does the same.
    private var asking: HTML {
        guard visitor.may(.respond) else { return "" }
        return """
             hx-post="/silences/new" hx-vals='{"do":"preview"}' hx-include="closest form" hx-trigger="change delay:300ms" \
            hx-select="#reach" hx-target="#reach" hx-swap="outerHTML"
            """
    }

    private var what: HTML {
        let rows: [HTML] = SilenceForm.fields.map { field in
            let id = "f-\(field.rawValue)"
            return """
                <div class="opt"><label class="l" for="\(id)">\(field.rawValue)</label><input class="full" type="text" \
                id="\(id)" name="\(field.rawValue)" value="\(form.values[field] ?? "")" maxlength="2000"></div>
                """
        }
        let choices = Severity.allCases.reversed().map(\.label)
        let options: [HTML] = (["", ">=HIGH", ">=MEDIUM", "<=HIGH", "<=MEDIUM", "<=LOW"] + choices).map { word in
            let selected: HTML = word == form.severity ? " selected" : ""
            return #"<option value="\#(word)"\#(selected)>\#(word.isEmpty ? "any" : word)</option>"#
        }
        return """
            <fieldset class="fs"\(asking)><legend>What <span class="lead">every row that is filled in must hold; several \
            values apart by commas, * for anything, ! in front to exclude</span></legend>\(rows)\
            <div class="opt"><label class="l" for="f-severity">severity</label><select id="f-severity" name="severity">\
            \(options)</select></div><details class="below"\(form.json.isEmpty ? "" : " open")><summary class="s u">As \
            JSON, in the place of the rows</summary><label class="vh" for="f-json">Condition as JSON</label>\
            <textarea class="full mono" id="f-json" name="json" rows="4" spellcheck="false">\(form.json)</textarea></details>\
            </fieldset>
            """
    }

    private var until: HTML {
        let spans: [HTML] = SilenceForm.Span.allCases.map { span in
            let checked: HTML = span == form.span ? " checked" : ""
            return """
                <label class="check"><input type="radio" name="for" value="\(span.rawValue)"\(checked)> \
                <span>\(span.words)</span></label>
                """
        }
        let shown = form.until.isEmpty ? ShownMoment.text(now.addingTimeInterval(86_400)) : form.until
        return """
            <fieldset class="fs"><legend>Until</legend><div class="row wrap spans">\(spans)<input type="text" name="until" \
            value="\(shown)" aria-label="End, UTC" maxlength="40"></div></fieldset>
            """
    }

    private var who: HTML {
        """
        <fieldset class="fs"><legend>Who and why</legend><div class="stack"><label for="ow">Owner</label>\
        <input type="text" id="ow" name="owner" class="full" value="\(form.owner)" required maxlength="500" \
        autocomplete="off"><label for="re">Reason</label><input type="text" id="re" name="reason" class="full" \
        value="\(form.reason)" required maxlength="500" autocomplete="off"></div></fieldset>
        """
    }

    private var extent: HTML {
        let boxes: [HTML] = destinations.prefix(100).map { name in
            let checked: HTML = form.destinations.contains(name) ? " checked" : ""
            return """
                <label class="check"><input type="checkbox" name="destination" value="\(name)"\(checked)> \
                <span>\(name)</span></label>
                """
        }
        let checked: HTML = form.breaksOnRaise ? " checked" : ""
        return """
            <fieldset class="fs"><legend>How far</legend><div class="stack"><label class="check"><input type="checkbox" \
            name="breaksOnRaise"\(checked)> <span>Ends for an alert that gets worse</span></label>\
            <details\(form.destinations.isEmpty ? "" : " open")\(asking)><summary class="s u">Only at some \
            destinations</summary><div class="stack below">\(boxes)</div></details></div></fieldset>
            """
    }

    private var end: HTML {
        let meant: HTML =
            reach?.isWide == true
            ? """
            <label class="check"><input type="checkbox" name="meant"> <span>It is meant to hide that much</span></label>
            """ : ""
        let buttons: HTML = """
            <button class="b p" name="do" value="create">Silence</button> \
            <button class="b" name="do" value="preview" formnovalidate>Preview</button>
            """
        return """
            <div class="fs stack">\(meant)<div class="row wrap">\(visitor.controls(.respond, buttons))\
            <span class="hint">kept as \(visitor.shownName)’s</span></div></div>
            """
    }
}
