import FoundationEssentials
import HTTPSurface
import Hummingbird
import Operations
import Replay
import Routing
import Store

/// The pages on which rules are listed, and what is done from the list.
extension ConsoleRoutes {
    func addRules(to router: Router<SurfaceContext>) {
        show("rules", router) { request, visitor, _ in
            let query = ConsoleRoutes.query(request)
            if let version = query["at"] { return try await rules(at: version, query, visitor) }
            let live = await live([.rules], request)
            let bench = await looked(try await bench(visitor))
            let number = min(max(query["page"].flatMap(Int.init) ?? 1, 1), 100_000)
            var page = RulesPage(bench: bench, query: query["q"] ?? "", number: number)
            page.notice = published(bench)
            page.tallies = try await tallies(of: page.names, bench)
            page.offSince = try await operations.rules.offSince()
            var shown = page.page
            shown.live = live
            return shown
        }
        submit("rules", router, for: .edit, limit: Form.short) { form, visitor, author, _ in
            let bench = try await bench(visitor)
            guard let deed = form["do"].flatMap(RuleEdits.Deed.init) else {
                throw Problem(.badRequest, detail: "The form does not say what to do with which rule.")
            }
            let position = form["to"].flatMap(Int.init)
            guard let edits = RuleEdits.edits(deed, to: position, in: bench.rules) else {
                throw Problem(.notFound, detail: "There is no rule with this name.")
            }
            try await keep(edits, on: bench, seen: form["tag"], by: author)
            let page = form["page"].flatMap(Int.init) ?? 1
            return .done(ConsolePath.rules(form["q"] ?? "", page: page) + "#\(ConsolePath.anchor(rule: deed.rule))")
        }
        show("rules/move/:name", router) { _, visitor, context in
            let bench = try await bench(visitor)
            let name = try parameter("name", context)
            guard let place = bench.rules.place(of: name) else { throw ConsoleRoutes.noRule }
            return MoveRulePage(bench: bench, name: name, place: place).page
        }
    }

    /// The rules of a version, which can only be read.
    private func rules(at version: String, _ query: [String: String], _ visitor: Visitor) async throws -> Page {
        let (revision, text) = try await kept(version)
        var bench = Workbench(
            active: try await operations.rules.active()?.revision,
            rules: try await operations.rules.read(text),
            draft: nil,
            keeping: operations.rules.keeping,
            visitor: visitor
        )
        bench.shownVersion = revision
        bench.accounts = await operations.accounts.book()
        let number = min(max(query["page"].flatMap(Int.init) ?? 1, 1), 100_000)
        return RulesPage(bench: await looked(bench), query: query["q"] ?? "", number: number).page
    }

    static let noRule = Problem(.notFound, detail: "There is no rule with this name.")

    /// What the pages about rules are about, for whoever looks.
    func bench(_ visitor: Visitor) async throws -> Workbench {
        guard let (revision, text) = try await operations.rules.active() else {
            throw Problem(.notFound, detail: "No rules are in force yet.")
        }
        let draft = try await operations.drafts.draft(of: visitor.caller.name)
        var rules: RuleSet
        var unreadable: [String] = []
        do throws(RouteDocumentError) {
            rules = try await operations.rules.read(draft?.text ?? text)
        } catch {
            guard draft != nil else { throw error }
            // Begun under an earlier version of the program: it can still be looked at and thrown away.
            rules = try await operations.rules.read(text)
            unreadable = error.diagnostics.filter { $0.severity == .error }.map { "your draft: \($0.text)" }
        }
        var bench = Workbench(
            active: revision,
            rules: rules,
            draft: draft,
            keeping: operations.rules.keeping,
            visitor: visitor
        )
        bench.fileProblems = await fileProblems()
        bench.accounts = await operations.accounts.book()
        bench.hasUnreadFile = try await operations.rules.unreadFile() != nil
        bench.draftProblems = unreadable
        return bench
    }

    /// What is wrong with the rules file, which was not loaded; empty when nothing is.
    func fileProblems() async -> [String] {
        guard case .refused(let problems) = await operations.status.process().lastReload else { return [] }
        return problems
    }

    /// So many rules are looked at closely whenever a page about them is asked for; of more, only what their text says.
    private static let mostLooked = 200

    /// The same, with everything that is doubtful in the rules and the findings that show it.
    func looked(_ bench: Workbench) async -> Workbench {
        guard bench.rules.document.rules.count <= ConsoleRoutes.mostLooked else { return bench }
        var bench = bench
        bench.claims = await operations.lint.claims(about: bench.rules)
        return bench
    }

    /// How often rules matched in the last days, and with a draft that was measured how often they would have.
    private func tallies(of names: [String], _ bench: Workbench) async throws -> RuleTallies {
        let begin = operations.statistics.begin(ofLast: RuleMatches.days)
        let uses = try await operations.statistics.ruleCounts(of: names, since: begin)
        var (replay, changes): (ReplayResult?, Int?) = (nil, nil)
        if let draft = bench.draft {
            replay = try await operations.replays.latest(of: draft.text, against: draft.active)?.result
            if replay == nil, let earlier = try await operations.replays.latestEarlier(of: draft) {
                (replay, changes) = (earlier.replay.result, earlier.changes)
            }
        }
        return RuleTallies(uses, since: begin, replay: replay, changes: changes, against: bench.active?.version)
    }

    /// For ten minutes after somebody published, that they did, and how it is taken back.
    private func published(_ bench: Workbench) -> HTML {
        guard let active = bench.active, active.origin == .console, let parent = active.parent, bench.mayEdit,
            active.author == "console:\(bench.visitor.caller.name)",
            now().timeIntervalSince(active.activatedAt) < ConsoleRoutes.undoTime
        else { return "" }
        let why: HTML = active.note.map { "“\($0)”" } ?? ""
        return """
            <form class="note" method="post" action="/versions/\(parent)/rollback">\(.icon(.check, "t-ok"))\
            <div class="grow" role="status"><b>v\(active.version) is in force.</b> \(why) \
            <a class="u" href="/versions/\(parent)..\(active.version)">What it changed</a></div>\(bench.formFields)\
            \(.hiddenField("active", "\(active.version)"))\(.hiddenField("unmeasured", "1"))\(.hiddenField("nobody", "1"))\
            \(.hiddenField("suppressed", "1"))<button class="b sm">Undo: back to v\(parent)</button></form><div class="gap"></div>
            """
    }

    private static let undoTime = 600.0
}
