import HTTPSurface
import Operations
import Routing
import Store

/// One version of the rules, or what is different between two.
struct VersionPage {
    var revision: RouteRevision
    var active: Int
    var visitor: Visitor

    /// The version with its text.
    func page(_ text: [UInt8]) -> Page {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let shown: [HTML] = lines.prefix(VersionPage.mostLines).enumerated().map { place, line in
            #"<div class="line"><span class="ln">\#(place + 1)</span><span class="cl">\#(String(line))</span></div>"#
        }
        let more: HTML =
            lines.count > VersionPage.mostLines
            ? "<footer>\(.number(lines.count - VersionPage.mostLines)) more lines: download the file to see them.</footer>"
            : ""
        return Page(
            title: "v\(revision.version)",
            area: .versions,
            content: """
                <div class="crumb"><a href="/versions">Versions</a> / v\(revision.version)</div><div class="head"><div>\
                <h1>v\(revision.version) \(tag)</h1><p>\(VersionsPage.why(revision))</p><p class="s f">\(VersionsPage.who(revision)), \
                \(.moment(revision.activatedAt))</p></div><div class="row wrap">\(compare)\
                <a class="b" href="/rules?at=v\(revision.version)">As a list</a>\
                <a class="b" href="/versions/\(revision.version)/routes.json">Download</a>\(rollBack)</div></div>\
                <section class="card" aria-label="Text"><div class="code" tabindex="0" role="region" aria-label="routes.json of v\(revision.version)">\
                \(shown)</div>\(more)</section>
                """
        )
    }

    /// The version beside an earlier one.
    func page(from before: RouteRevision, _ comparison: RouteComparison) -> Page {
        Page(
            title: "v\(before.version) to v\(revision.version)",
            area: .versions,
            content: """
                <div class="crumb"><a href="/versions">Versions</a> / <a href="/versions/\(before.version)">v\(before.version)</a> to \
                <a href="/versions/\(revision.version)">v\(revision.version)</a></div><div class="head"><div>\
                <h1>v\(before.version) → v\(revision.version)</h1><p>\(VersionsPage.why(revision))</p><p class="s f">\
                \(VersionsPage.who(revision)), \(.moment(revision.activatedAt))</p></div><div class="row wrap">\
                \(VersionsPage.choice(from: before.version, to: revision.version))\
                <a class="b" href="/versions/\(before.version)..\(revision.version)/patch">Text difference</a></div></div>\
                <section class="card" aria-label="Changes"><div class="body stack-4">\(ChangesView(comparison: comparison).html)</div></section>
                """
        )
    }

    private static let mostLines = 5_000

    private var tag: HTML { revision.version == active ? #"<span class="tag">in force</span>"# : "" }

    private var compare: HTML {
        if revision.version != active {
            return #"<a class="b" href="/versions/\#(revision.version)..\#(active)">Compare with v\#(active)</a>"#
        }
        guard let parent = revision.parent else { return "" }
        return #"<a class="b" href="/versions/\#(parent)..\#(revision.version)">What it changed</a>"#
    }

    private var rollBack: HTML {
        guard revision.version != active else { return "" }
        let path = "/versions/\(revision.version)/rollback"
        return visitor.way(.edit, to: path, "danger", "Roll back to v\(revision.version)…")
    }
}
