import HTTPSurface
import Store

extension RulesPage {
    var shownVersion: Int? { bench.shownVersion?.version }

    /// That these are the rules of a version, and where those of now are.
    var ofVersion: HTML {
        guard let revision = bench.shownVersion else { return "" }
        let (version, active) = (revision.version, bench.active?.version ?? 0)
        let state: HTML =
            version == active
            ? "It is in force. Here it is only read."
            : "v\(active) is in force. Here v\(version) is only read."
        let compare: HTML =
            version == active
            ? "" : #" <a class="u" href="/versions/\#(version)..\#(active)">What is different now</a> ·"#
        return """
            <div class="note" role="status">\(.icon(.clock))<div class="grow"><b>These are the rules of v\(version)</b>, by \
            \(VersionsPage.who(revision)), \(.moment(revision.activatedAt)). \(state)</div><span class="s">\(compare) \
            <a class="u" href="/versions/\(version)">Its text</a> · <a class="u" href="/rules">Rules of now</a></span></div>\
            <div class="gap"></div>
            """
    }
}
