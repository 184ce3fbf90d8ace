import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// One destination: how it goes, what its messages look like, and whether a test arrives.
struct DestinationPage {
    var state: DestinationState
    /// Who sends to it, where several nodes could.
    var serving: ServingNode?
    /// What a message would be; `nil` for a destination that the rules do not name any more.
    var preview: MessagePreview?
    /// What was typed for the finding to show.
    var typed: String
    /// Why that names none.
    var mistake: String?
    /// What became of a test that was just sent, or why none was.
    var test: TestResult?
    var visitor: Visitor
    var now: Date

    enum TestResult {
        case sent(MessageTest)
        case refused(String)
    }

    var page: Page {
        Page(
            title: state.name,
            area: .destinations,
            content: """
                <div class="crumb"><a href="/destinations">Destinations</a> / \(state.name)</div>
                <div class="head"><div><h1>\(state.name)</h1><p>\(summary)</p></div><div class="row wrap">\(actions)</div></div>
                \(result)<div class="stack-4">\(facts)\(look)</div>
                """
        )
    }

    private var row: DestinationRow { DestinationRow(state: state, serving: serving, visitor: visitor, now: now) }

    private var summary: HTML {
        guard let destination = state.destination else {
            return "The rules in force do not name it any more; what still waits for it stays here."
        }
        return "\(destination.description ?? "A destination of type \(destination.transport.type.word).")"
    }

    private var actions: HTML {
        guard state.destination != nil else { return "" }
        let settings: HTML = #"<a class="b" href="\#(SettingsPage.path("destinations", state.name))">Settings</a>"#
        return "\(row.action)\(settings)"
    }

    private var facts: HTML {
        var rows: [(String, HTML)] = [
            ("State", row.lane),
            (
                "Messages",
                #"<a class="u" href="\#(ConsolePath.deliveries("to:" + ConsolePath.quoted(state.name)))">all of them</a>"#
            ),
            ("Waiting", row.waiting),
            ("Dead", row.dead),
        ]
        if let destination = state.destination {
            rows += [
                (
                    "Fallback",
                    destination.fallback.map { name in
                        #"<a class="u" href="\#(ConsolePath.destination(name))">\#(name)</a>"# as HTML
                    } ?? "none"
                ),
                ("Rate", "\(row.rate)"),
            ]
            if let recent = state.lane?.recent, recent.delivered > 0 {
                let count: HTML = recent.delivered == 1 ? "1 message" : "\(.number(recent.delivered)) messages"
                let begin: HTML =
                    now.timeIntervalSince(recent.since) < 86_400 ? "since \(HTML.moment(recent.since))" : "in 24 hours"
                rows.append(("Delivered", "\(count) \(begin), \(row.firstTry)"))
            }
            if state.secrets.isEmpty == false { rows.append(("Secrets", row.secrets)) }
            let recipients = destination.recipients.compactMap(\.self)
            if recipients.isEmpty == false {
                let shown = recipients.prefix(20).joined(separator: ", ")
                rows.append(
                    ("Recipients", "\(shown)\(recipients.count > 20 ? " and \(recipients.count - 20) more" : "")")
                )
            }
        }
        let list: [HTML] = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
        return
            #"<section class="card"><header><h2>Facts</h2></header><div class="body"><dl class="kv">\#(list)</dl></div></section>"#
    }

    private var look: HTML {
        guard let preview else { return "" }
        let forms: [HTML] = MessageForm.allCases.map { form in
            let current: HTML = form == preview.form ? #" aria-current="true""# : ""
            return #"<a href="\#(DestinationPage.path(state.name, form, typed))#look"\#(current)>\#(form.rawValue)</a>"#
        }
        let field = "finding"
        let fault: HTML = mistake.map { #"<p class="err" id="finding-error">\#($0)</p>"# } ?? ""
        let described: HTML = mistake == nil ? "" : #" aria-invalid="true" aria-describedby="finding-error""#
        return """
            <section class="card" id="look"><header class="wrap"><h2>What its messages look like</h2>\
            <nav class="seg" aria-label="Form of the message">\(forms)</nav></header>\
            <div class="body stack"><form class="row wrap" method="get" action="\(ConsolePath.destination(state.name))">\
            <input type="hidden" name="form" value="\(preview.form.rawValue)">\
            <label for="\(field)">Of the finding</label>\
            <input type="text" id="\(field)" name="\(field)" value="\(typed)" maxlength="2048" placeholder="the last seen"\(described)>\
            <button class="b sm">Show</button></form>\(fault)<p class="s f">\(subject(preview))</p>\
            \(MessageView(preview: preview, typed: typed).html)</div>\(sendTest)</section>
            """
    }

    private func subject(_ preview: MessagePreview) -> HTML {
        guard let first = preview.findings.first else {
            return "No finding is stored yet, so this is the message that a test sends."
        }
        let more: HTML = preview.findings.count > 1 ? " and \(preview.findings.count - 1) more" : ""
        return """
            Made of <a class="u" href="\(ConsolePath.finding(first.id))">\(first.finding.title)</a>\(more). Nothing is sent.
            """
    }

    private var sendTest: HTML {
        guard state.lane?.state != .paused else { return "" }
        let button: HTML = #"<button class="b">\#(.icon(.send))Send a test message</button>"#
        return """
            <footer class="row wrap"><form method="post" action="\(ConsolePath.destination(state.name))/test">\
            \(visitor.proofField)\(visitor.controls(.respond, button))</form>\
            <span class="s f">It says that it is a test and names you, goes past the queue, and counts nowhere. \
            One in 10 s.</span></footer>
            """
    }

    private var result: HTML {
        switch test {
        case nil: return ""
        case .refused(let why): return #"<div class="note warn" role="status">\#(.icon(.warn))<p>\#(why)</p></div>"#
        case .sent(let test):
            let lines: [HTML] = test.attempts.prefix(20).map { recipient, attempt in
                let milliseconds = Int(attempt.finishedAt.timeIntervalSince(attempt.startedAt) * 1_000)
                let whom = recipient.map { "\($0): " } ?? ""
                let status = attempt.status.map { " \($0)" } ?? ""
                let detail = attempt.detail.map { ". \($0)" } ?? ""
                return "<li>\(whom)\(attempt.verdict.rawValue)\(status) in \(.number(milliseconds)) ms\(detail)</li>"
            }
            let words: HTML = test.isDelivered ? "The test was delivered." : "The test was not delivered."
            return """
                <div class="note \(test.isDelivered ? "ok" : "bad")" role="status">\(.icon(test.isDelivered ? .check : .stop))\
                <div><b>\(words)</b><ul>\(lines)</ul></div></div>
                """
        }
    }

    /// Where the page is that shows this form of this finding.
    static func path(_ name: String, _ form: MessageForm, _ finding: String, part: String = "") -> String {
        let query = finding.isEmpty ? "" : "&finding=\(finding.percentEncoded)"
        return "\(ConsolePath.destination(name))\(part)?form=\(form.rawValue)\(query)"
    }
}
