import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// Every rule set that was in force, the newest first.
struct VersionsPage {
    var versions: Paged<RouteRevision>
    var active: Int
    var draft: Draft?
    /// What is wrong with the rules file, which was not loaded; empty when nothing is.
    var fileProblems: [String] = []

    var page: Page {
        Page(
            title: "Versions",
            area: .versions,
            content: """
                \(Workbench.fileAlarm(fileProblems))<div class="head"><div><h1>Versions</h1><p>Every rule set that was in force. Each decision and each message names the \
                one that made it. <a class="u" href="/shadow">A draft can decide beside the one in force.</a></p></div>\(VersionsPage.choice(from: max(1, active - 1), to: active))</div>
                <section class="card" aria-label="List of versions"><ol>\(mine)\(versions.items.map(row))</ol>\(foot)</section>
                """
        )
    }

    /// Which two are compared.
    static func choice(from: Int, to: Int) -> HTML {
        """
        <form class="row wrap" action="/versions/compare"><label for="va">From</label>\
        <input class="w-s" type="text" inputmode="numeric" id="va" name="from" value="v\(from)" pattern="v?[0-9]{1,9}" required>\
        <label for="vb">to</label><input class="w-s" type="text" inputmode="numeric" id="vb" name="to" value="v\(to)" \
        pattern="v?[0-9]{1,9}" required><button class="b">Compare</button></form>
        """
    }

    private var mine: HTML {
        guard let draft else { return "" }
        let summary = draft.comparison?.summary ?? ""
        let state: HTML = draft.record.proposal.map { "proposed: \($0)" } ?? "not published"
        return """
            <li class="vrow"><a href="/draft/changes"><span class="row between"><b>Draft</b><span class="tag">yours</span></span>\
            <span class="s m">\(summary) since v\(draft.record.content.base), \(state)</span>\
            <span class="xs f">\(.moment(draft.record.changedAt))</span></a></li>
            """
    }

    private func row(_ revision: RouteRevision) -> HTML {
        let isActive = revision.version == active
        let tag: HTML = isActive ? #"<span class="tag">in force</span>"# : ""
        return """
            <li class="vrow\(isActive ? " on" : "")"><a href="/versions/\(revision.version)"><span class="row between">\
            <b>v\(revision.version)</b>\(tag)</span><span class="s m">\(VersionsPage.why(revision))</span>\
            <span class="xs f">\(VersionsPage.who(revision)) · \(.moment(revision.activatedAt))</span></a></li>
            """
    }

    static func why(_ revision: RouteRevision) -> HTML {
        if let note = revision.note { return "\(note)" }
        return revision.origin == .file ? "Read from routes.json" : "No note"
    }

    /// `mina, in the console`.
    static func who(_ revision: RouteRevision) -> HTML {
        let shown = Visitor.shown(author: revision.author)
        switch revision.origin {
        case .file: return "\(revision.author == "file" ? "the file" : revision.author)"
        case .console: return "\(shown), in the console"
        case .api: return "\(shown), over the API"
        }
    }

    private var foot: HTML {
        guard let next = versions.next else { return "" }
        return #"<footer><a class="u" href="/versions?cursor=\#(next.percentEncoded)">Older</a></footer>"#
    }
}
