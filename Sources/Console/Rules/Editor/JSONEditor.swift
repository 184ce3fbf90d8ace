import Findings
import HTTPSurface
import Routing

/// A text box for JSON, with everything that is wrong with it beside it.
struct JSONEditor {
    /// Where the form is sent.
    var action: String
    var label: String
    var text: String
    /// The line of the file in which the text begins.
    var line = 1
    var bench: Workbench
    /// Of the text that was sent; empty when nothing is wrong.
    var diagnostics: [RouteDiagnostic] = []
    /// Whether it was checked, and nothing is wrong.
    var isGood = false
    /// Whether what the draft keeps unfinished is an earlier state of this text.
    var ownsBuffer = false
    /// The whole file to which the diagnostics belong, for the lines that they are about.
    var file: [UInt8] = []
    /// What is to be said of the text.
    var hint: HTML = ""

    private var errors: [RouteDiagnostic] { diagnostics.filter { $0.severity == .error } }
    private var remarks: [RouteDiagnostic] { diagnostics.filter { $0.severity != .error } }

    var html: HTML {
        let rows = min(44, max(8, text.utf8.count { $0 == UInt8(ascii: "\n") } + 3))
        let described: HTML = errors.isEmpty ? "" : #" aria-invalid="true" aria-describedby="errors""#
        return """
            <form class="grid-main" method="post" action="\(action)" id="json-form">\(bench.formFields)\(ownsBuffer ? .hiddenField("own", "1") : "")\
            <section class="card"><header><span class="s m">\(line > 1 ? "From line \(line) of routes.json" : "routes.json")</span>\
            <div class="row"><button class="vh" name="do" value="check" tabindex="-1" aria-hidden="true">Check</button>\
            <button class="b sm" name="do" value="check">Check</button></div></header>\
            \(.area("json", label: label, FormText.shown(text), rows: rows, "\(described) class=\"code wide\" data-line=\"\(line)\""))\
            <footer class="row wrap">\(keep)</footer></section>\
            <aside class="stack-4" aria-label="Problems">\(problems)</aside></form>
            """
    }

    private var keep: HTML {
        let button: HTML = #"<button class="b p" name="do" value="keep">Keep in draft</button>"#
        guard bench.mayEdit else { return bench.visitor.controls(.edit, button) }
        return """
            \(button)<span class="hint">Nothing is in force until you \
            publish. \(hint)</span>
            """
    }

    private var problems: HTML {
        let good: HTML =
            isGood
            ? #"<div class="note" role="status">\#(.icon(.check, "t-ok"))<div class="grow">It can be used.</div></div>"#
            : ""
        return "\(good)\(faults)\(doubts)"
    }

    private var faults: HTML {
        guard errors.isEmpty == false else { return "" }
        let rows: [HTML] = errors.prefix(100).map(row)
        let title = errors.count == 1 ? "1 error" : "\(errors.count) errors"
        return """
            <section class="card" id="errors" role="alert"><header><h2 class="t-bad row">\(.icon(.stop))\(title)</h2>\
            <span class="s f">not in the draft</span></header><table><caption class="vh">Errors</caption><thead class="vh"><tr>\
            <th scope="col">Place</th><th scope="col">Error</th></tr></thead><tbody>\(rows)</tbody></table>\
            <footer>All errors at once, as “noroshi check” says them.</footer></section>
            """
    }

    private var doubts: HTML {
        guard remarks.isEmpty == false else { return "" }
        let lines: [HTML] = remarks.prefix(20).map { "<p>\($0.position.line):\($0.position.column) \($0.text)</p>" }
        let title = remarks.count == 1 ? "1 remark" : "\(remarks.count) remarks"
        return """
            <section class="card"><header><h2 class="row">\(.icon(.warn, "t-warn"))\(title)</h2></header>\
            <div class="body s stack">\(lines)</div></section>
            """
    }

    private func row(_ error: RouteDiagnostic) -> HTML {
        let place = "\(error.position.line):\(error.position.column)"
        let nearest: HTML =
            error.suggestion.map { word in
                let fix = WordFix(line: error.position.line, column: error.position.column, word: word)
                return
                    #"<div class="s m">Did you mean <button class="b sm" name="do" value="\#(fix.text)">\#(word)</button>?</div>"#
            } ?? ""
        let source = JSONEditor.line(error.position.line, of: file)
        let shown: HTML = source.isEmpty ? "" : #"<div class="xs mono src">\#(source)</div>"#
        return """
            <tr><td class="nw mono" data-at="\(place)">\(place)</td><td><b>\(error.message.prefix(1).uppercased() + error.message.dropFirst()).</b>\
            \(nearest)\(shown)<div class="xs f mono">\(error.pointer)</div></td></tr>
            """
    }

    /// A line of the file, cut to what a margin has room for.
    private static func line(_ number: Int, of file: [UInt8]) -> String {
        let lines = file.split(separator: UInt8(ascii: "\n"), maxSplits: number, omittingEmptySubsequences: false)
        guard number > 0, lines.count >= number else { return "" }
        let text = String(decoding: lines[number - 1].prefix(400), as: UTF8.self).drop { $0 == " " || $0 == "\t" }
        return text.count > 90 ? "\(text.prefix(90))…" : String(text)
    }
}
