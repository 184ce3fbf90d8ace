import HTTPSurface
import Operations
import Routing
import Store

/// The rules file as it lies there, beside what is in force.
struct FilePage {
    var bench: Workbench
    /// `nil` when the file does not load.
    var comparison: RouteComparison?
    var problems: [RouteDiagnostic]

    var page: Page {
        Page(
            title: "The rules file",
            area: .versions,
            content: """
                <div class="crumb"><a href="/versions">Versions</a> / The rules file</div><div class="head"><div>\
                <h1>v\(bench.active?.version ?? 0) → the rules file</h1><p>\(words)</p></div>\(draft)</div>\(changes)
                """
        )
    }

    private var words: HTML {
        bench.keeping == .store
            ? "The rules are kept here: the file is not loaded, whatever it says. A draft can take it over."
            : "The file is loaded within seconds of a change, once it is good."
    }

    private var draft: HTML {
        guard comparison?.isEmpty == false else { return "" }
        if let draft = bench.draft {
            return #"<a class="b" href="/draft/changes">You have draft \#(draft.id) already</a>"#
        }
        let button: HTML = #"<button class="b p">Make a draft of it</button>"#
        return """
            <form method="post" action="/versions/file">\(bench.visitor.proofField)\(bench.visitor.controls(.edit, button))</form>
            """
    }

    private var changes: HTML {
        guard let comparison else {
            let lines: [HTML] = problems.prefix(FilePage.mostProblems).map { "<li>\($0.description)</li>" }
            return """
                <div class="note bad" role="alert">\(.icon(.stop))<div class="grow"><b>The file does not load.</b>\
                <ul class="s bullets">\(lines)</ul></div></div>
                """
        }
        return """
            <section class="card" aria-label="Changes"><div class="body stack-4">\(ChangesView(comparison: comparison).html)</div></section>
            """
    }

    private static let mostProblems = 20
}
