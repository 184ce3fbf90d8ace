import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Store

/// The list of findings.
enum FindingsPage {
    static func page(
        _ found: Paged<ListedFinding>,
        _ read: ReadQuery<FindingFilter>,
        text: String,
        _ accounts: AccountBook
    ) -> Page {
        let box = FilterBox(
            path: "/findings",
            label: "Findings",
            text: text,
            query: read.query,
            mistakes: read.mistakes,
            fields: FindingFilter.queryFields.map { (name: $0.0, example: $0.1) }
        )
        return Page(
            title: "Findings",
            area: .findings,
            content: """
                <div class="head"><div><h1>Findings</h1></div></div>
                \(box.html)<p class="fresh" id="fresh" role="status"></p>\
                <div\(Live.rows("rows"))>\(found.items.isEmpty ? empty(text) : list(found, text, box, accounts))</div>
                """
        )
    }

    private static func empty(_ text: String) -> HTML {
        let words: HTML =
            text.isEmpty
            ? "Nothing has come in yet. Post a finding to <code>/v1/events</code>, and it is here within a second."
            : #"No finding fits. <a class="u" href="/findings">Show all</a>"#
        return #"<section class="card"><p class="body m">\#(words)</p></section>"#
    }

    private static func list(
        _ found: Paged<ListedFinding>,
        _ text: String,
        _ box: FilterBox,
        _ accounts: AccountBook
    ) -> HTML {
        """
        <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Findings">\
        <table class="mid stackable"><caption class="vh">Findings, last seen first</caption><thead><tr>\
        <th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Account, Region</th>\
        <th scope="col">Source</th><th scope="col">Last seen</th><th scope="col">What became of it</th></tr></thead>\
        <tbody>\(found.items.map { row($0, accounts) })</tbody></table></div>\
        <footer class="row between"><span>\(found.items.count) shown · all of them as \
        <a class="u" href="\(export(text, .csv))">CSV</a> or <a class="u" href="\(export(text, .ndjson))">NDJSON</a>, \
        \(.number(FindingsExport.most)) at most</span>\(box.older(found.next))</footer></section>
        """
    }

    private static func export(_ text: String, _ form: FindingsExport.Form) -> String {
        "/findings/export?as=\(form.rawValue)" + (text.isEmpty ? "" : "&q=\(text.percentEncoded)")
    }

    private static func row(_ listed: ListedFinding, _ accounts: AccountBook) -> HTML {
        let record = listed.record
        let finding = record.finding
        return """
            <tr data-row="\(record.id)"><td>\(.severity(finding.severity))</td>\
            <td data-l="" class="lead"><a href="\(ConsolePath.finding(record.id))">\(finding.title)</a>\
            \(finding.status == .active ? "" : #"<span class="xs f blk">\#(finding.status.words)</span>"# as HTML)</td>\
            <td data-l="Account" class="s"><span>\(accounts.label(finding))\
            <span class="xs f blk">\(finding.region ?? "")</span></span></td>\
            <td data-l="Source" class="s m">\(finding.product)</td>\
            <td data-l="Last seen" class="s m">\(.moment(record.lastSeenAt))</td>\
            <td data-l="Fate"><span>\(fate(listed))\(StandingWords.html(listed))</span></td></tr>
            """
    }

    private static func fate(_ listed: ListedFinding) -> HTML {
        switch listed.fate {
        case .told: #"<span class="st t-ok">\#(.icon(.check))told</span>"#
        // Where the others only wait for their time, nobody has to look.
        case .partly where listed.standings.allSatisfy { $0.state != .failed }:
            #"<span class="st m">\#(.icon(.clock))told in part</span>"#
        case .partly: #"<span class="st t-warn">\#(.icon(.warn))told in part</span>"#
        case .waiting: #"<span class="st m">\#(.icon(.clock))waits</span>"#
        case .failed: #"<span class="st t-bad">\#(.icon(.stop))could not be told</span>"#
        case .silenced: #"<span class="st f">\#(.icon(.mute))silenced</span>"#
        case .untold: #"<span class="st f">\#(.icon(.minus))no message was due</span>"#
        case .suppressed: #"<span class="st f">\#(.icon(.mute))suppressed</span>"#
        case .unrouted: #"<span class="st t-bad">\#(.icon(.nobody))reached nobody</span>"#
        }
    }
}

extension FindingStatus {
    /// As people say it.
    var words: String { rawValue.lowercased() }
}

/// Where pages about one thing are.
enum ConsolePath {
    static func finding(_ id: String) -> String { "/findings/\(id.percentEncoded)" }
    static func delivery(_ id: String) -> String { "/deliveries/\(id.percentEncoded)" }
    static func expectation(_ name: String) -> String { "/expectations/edit/\(name.percentEncoded)" }
    static func destination(_ name: String) -> String { "/destinations/\(name.percentEncoded)" }
    static func anchor(_ name: String) -> String { "to-\(name.percentEncoded)" }

    static func findings(_ query: String) -> String { "/findings?q=\(query.percentEncoded)" }
    static func redrive(_ query: String) -> String {
        query.isEmpty ? "/deliveries/redrive" : "/deliveries/redrive?q=\(query.percentEncoded)"
    }
    static func waiting(for destination: String? = nil) -> String {
        "/deliveries/waiting" + (destination.map { "?to=\($0.percentEncoded)" } ?? "")
    }
    static func deliveries(_ query: String) -> String { "/deliveries?q=\(query.percentEncoded)" }

    /// The value as a query has it: in quotes where it has spaces.
    static func quoted(_ value: String) -> String { value.contains(" ") ? "\"\(value)\"" : value }
}
