import Findings
import FoundationEssentials
import HTTPSurface
import Store

/// Who changed what, when, and how it was before and after.
enum AuditPage {
    static func page(_ found: Paged<AuditRecord>, _ read: ReadQuery<AuditFilter>, text: String) -> Page {
        let box = FilterBox(
            path: "/audit",
            label: "Audit",
            text: text,
            query: read.query,
            mistakes: read.mistakes,
            fields: AuditFilter.queryFields.map { (name: $0.0, example: $0.1) }
        )
        return Page(
            title: "Audit",
            area: .audit,
            content: """
                <div class="head"><div><h1>Audit</h1><p>Every change that somebody made: who, what, on what, before and after.</p></div></div>\
                \(box.html)\(found.items.isEmpty ? empty(text) : list(found, text, box))
                """
        )
    }

    private static func empty(_ text: String) -> HTML {
        let words: HTML =
            text.isEmpty
            ? "Nobody has changed anything yet. Publishing, pausing and silencing are noted here."
            : #"No entry fits. <a class="u" href="/audit">Show all</a>"#
        return #"<section class="card"><p class="body m">\#(words)</p></section>"#
    }

    private static func list(_ found: Paged<AuditRecord>, _ text: String, _ box: FilterBox) -> HTML {
        let export = "/audit/export" + (text.isEmpty ? "" : "?q=\(text.percentEncoded)")
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Audit">\
            <table class="mid stackable"><caption class="vh">Changes, newest first</caption><thead><tr>\
            <th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">On</th>\
            <th scope="col">Before</th><th scope="col">After</th><th scope="col">Why</th><th scope="col">Request</th></tr></thead>\
            <tbody>\(found.items.map(row))</tbody></table></div>\
            <footer class="row between"><span>\(found.items.count) shown · all of them as \
            <a class="u" href="\(export)">NDJSON</a></span>\(box.older(found.next))</footer></section>
            """
    }

    private static func row(_ record: AuditRecord) -> HTML {
        let entry = record.entry
        return """
            <tr><td data-l="When" class="s nw">\(.moment(record.at))</td><td data-l="Who">\(entry.actor)</td>\
            <td data-l="What">\(what(entry.action))</td><td data-l="On">\(entry.subject)</td>\
            <td data-l="Before" class="s m">\(long(entry.before))</td><td data-l="After" class="s">\(long(entry.after))</td>\
            <td data-l="Why" class="s">\(long(entry.note))</td><td data-l="Request" class="xs f mono">\(entry.requestID ?? "")</td></tr>
            """
    }

    /// In words, with the name by which it is filtered beneath.
    private static func what(_ action: String) -> HTML {
        guard let words = AuditWords.words(for: action) else { return #"<span class="mono s">\#(action)</span>"# }
        return #"\#(words) <span class="mono xs f">\#(action)</span>"#
    }

    /// A text that is folded where it is long, and never lost.
    private static func long(_ text: String?) -> HTML {
        guard let text else { return "" }
        guard text.count > 120 else { return "\(text)" }
        return "<details><summary>\(String(text.prefix(80)))…</summary>\(text)</details>"
    }
}
