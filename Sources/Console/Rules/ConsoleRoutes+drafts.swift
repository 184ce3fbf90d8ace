import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Replay
import Routing
import Store

/// The pages about a draft, and what is done with it.
extension ConsoleRoutes {
    func addDrafts(to router: Router<SurfaceContext>) {
        submit("draft", router, for: .edit, limit: Form.short) { form, visitor, author, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft, form["tag"] == draft.tag else { throw DraftRefusal.changed }
            switch form["do"] {
            case "undo": _ = try await operations.drafts.undo(draft.id, by: author) { $0 == draft.tag }
            case "discard": try await operations.drafts.discard(draft.id, by: author) { $0 == draft.tag }
            default: throw Problem(.badRequest, detail: "The form does not say what to do with the draft.")
            }
            return .done("/rules")
        }
        show("draft/changes", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            return bench.draft.map { ChangesPage.page($0, bench) } ?? ChangesPage.none(bench, title: "No draft")
        }
        show("draft/discard", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            return bench.draft.map { ChangesPage.discard($0, bench) } ?? ChangesPage.none(bench, title: "No draft")
        }
        show("draft/effect", router) { request, visitor, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft else { return ChangesPage.none(bench, title: "No draft") }
            return try await effectPage(bench, draft, request)
        }
        submit("draft/effect", router, for: .edit, limit: Form.short) { form, visitor, author, _ in
            guard let draft = try await bench(visitor).draft else { throw DraftRefusal.unknown }
            // Whoever wants to see the effect and has it before them already is led there.
            let isSeen = form["do"] == "see" ? try await effect(of: draft)?.isPresent ?? false : false
            if form["do"] == "stop" {
                try await operations.replays.stop(draft.text, against: draft.active, by: author)
            } else if isSeen == false {
                for depth in [ReplayQuestion.Depth.decisions, .messages] {
                    let request = ReplayRequest(
                        candidate: .draft(draft.id),
                        against: .version(draft.active),
                        depth: depth
                    )
                    _ = try await operations.replays.start(request, by: author)
                }
            }
            return .done("/draft/effect")
        }
        addPublishing(to: router)
        addProposing(to: router)
        addMerging(to: router)
        addOthers(to: router)
    }

    /// What was measured of a draft, or of what it was before its latest changes; `nil` while nothing was.
    func effect(of draft: Draft) async throws -> EffectView? {
        let book = await operations.accounts.book()
        if let replay = try await operations.replays.latest(of: draft.text, against: draft.active) {
            return EffectView(replay, against: draft.active, book)
        }
        guard let (replay, changes) = try await operations.replays.latestEarlier(of: draft) else { return nil }
        return EffectView(replay, against: draft.active, book, changes: changes)
    }

    private func effectPage(_ bench: Workbench, _ draft: Draft, _ request: Request) async throws -> Page {
        let replays = try await operations.replays.measuring(draft.text, against: draft.active)
        let isMeasuring = replays.isEmpty == false
        let live = isMeasuring ? await live(replays.prefix(ChangeFeed.mostTopics).map { .replay($0) }, request) : nil
        var page = EffectPage(
            bench: bench,
            draft: draft,
            effect: try await effect(of: draft),
            expectations: await expectations(of: draft.text),
            canMeasure: isMeasuring == false,
            canStop: isMeasuring
        ).page
        page.live = live
        if isMeasuring { page.refreshSeconds = 2 }
        return page
    }

    // MARK: Publishing

    private func addPublishing(to router: Router<SurfaceContext>) {
        show("draft/publish", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft else { return ChangesPage.none(bench, title: "No draft") }
            let expectations = await expectations(of: draft.text)
            guard bench.keeping != .file else { return ProposePage(draft, bench, expectations).page }
            guard draft.isBehind == false else { return try await mergePage(bench, draft) }
            return PublishPage(
                bench: bench,
                subject: .draft(draft),
                effect: try await effect(of: draft),
                asked: try await asked(of: draft.text, bench),
                expectations: expectations
            ).page
        }
        submit("draft/publish", router, for: .edit, limit: Form.short) { form, visitor, author, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft else { throw DraftRefusal.unknown }
            try requireNoBuffer(bench)
            return try await publish(form, .draft(draft), draft.text, bench) { publication in
                try await operations.drafts.publish(draft.id, publication, by: author)
            }
        }
    }

    private func addProposing(to router: Router<SurfaceContext>) {
        submit("draft/propose", router, for: .edit, limit: Form.short) { form, visitor, author, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft, form["tag"] == draft.tag else { throw DraftRefusal.changed }
            try requireNoBuffer(bench)
            let note = FormText.lines(form["note"] ?? "")
            do {
                _ = try await operations.drafts.propose(draft.id, note: note, by: author) { $0 == draft.tag }
                return .done("/draft/publish")
            } catch let refusal as DraftRefusal {
                let answer = refusal.answer
                var page = ProposePage(draft, bench, await expectations(of: draft.text))
                page.note = note
                page.mistake = answer.detail
                return .shown(page.page, HTTPResponse.Status(code: answer.kind.statusCode))
            }
        }
    }

    /// What has to be accepted of a text, as far as was measured.
    func asked(of text: [UInt8], _ bench: Workbench) async throws -> PublishPage.Asked {
        let effect = try await operations.drafts.effect(of: text, over: bench.active?.version ?? 0)
        return PublishPage.Asked(
            nobody: effect?.nobody ?? 0,
            suppressed: effect?.suppressed ?? 0,
            isMeasured: effect != nil
        )
    }

    /// Puts something in force, or shows what is missing.
    func publish(
        _ form: Form,
        _ subject: PublishPage.Subject,
        _ text: [UInt8],
        _ bench: Workbench,
        _ done: (DraftOperations.Publication) async throws -> RouteRevision
    ) async throws -> Outcome {
        let note = FormText.lines(form["note"] ?? "")
        let seen = form["active"].flatMap(Int.init)
        let tag = form["tag"]
        let report = await expectations(of: text)
        // By their places, as a name may hold what no page shows. The tag says that the text is the one that was seen.
        let ticked = Set(form.fields.all("expectation").compactMap { Int($0) })
        let names = (report?.results ?? []).filter { ticked.contains($0.place) }.map(\.name)
        let effect =
            switch subject {
            case .draft(let draft): try await effect(of: draft)
            case .version(let number, _): try await effect(of: text, version: number, bench)
            }
        let publication = DraftOperations.Publication(
            note: note,
            acknowledged: Acknowledgement(
                nobody: form["nobody"] != nil,
                suppressed: form["suppressed"] != nil,
                unmeasured: form["unmeasured"] != nil,
                expectations: Set(names),
                badFile: form["badFile"] != nil
            ),
            ifActive: { $0.version == seen },
            ifDraft: { $0 == tag }
        )
        func again(_ mistake: String, _ asked: PublishPage.Asked, _ status: HTTPResponse.Status) -> Outcome {
            let page = PublishPage(
                bench: bench,
                subject: subject,
                effect: effect,
                asked: asked,
                expectations: report,
                ticked: ticked,
                note: note,
                mistake: mistake
            )
            return .shown(page.page, status)
        }
        do {
            _ = try await done(publication)
            return .done("/rules")
        } catch DraftRefusal.behind {
            return .done("/draft/merge")
        } catch DraftRefusal.unacknowledged(let nobody, let suppressed, let isMeasured, _) {
            let asked = PublishPage.Asked(nobody: nobody, suppressed: suppressed, isMeasured: isMeasured)
            return again("Tick what you have seen, below.", asked, .conflict)
        } catch let refusal as DraftRefusal {
            let answer = refusal.answer
            let details = [answer.detail] + answer.faults.map(\.detail)
            return again(
                details.joined(separator: " "),
                PublishPage.Asked(),
                HTTPResponse.Status(code: answer.kind.statusCode)
            )
        }
    }

    // MARK: Merging

    private func addMerging(to router: Router<SurfaceContext>) {
        show("draft/merge", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft else { return ChangesPage.none(bench, title: "No draft") }
            guard draft.isBehind else { return ChangesPage.page(draft, bench) }
            return try await mergePage(bench, draft)
        }
        submit("draft/merge", router, for: .edit, limit: Form.rules) { form, visitor, author, _ in
            let bench = try await bench(visitor)
            guard let draft = bench.draft, form["tag"] == draft.tag else { throw DraftRefusal.changed }
            guard draft.isBehind else { return .done("/draft/changes") }
            var choices: [String: RouteMerge.Choice] = [:]
            var place = 0
            var edited: String?
            while let pointer = form["p.\(place)"] {
                let choice = form["c.\(place)"]
                choices[pointer] = choice == "edit" ? .mine : choice.flatMap(RouteMerge.Choice.init)
                if choice == "edit", edited == nil { edited = pointer }
                place += 1
            }
            let result = try await operations.drafts.merge(draft.id, choices: choices, by: author) { $0 == draft.tag }
            guard result.merge.conflicts.isEmpty else {
                let page = MergePage(bench: bench, draft: draft, merge: result.merge, chosen: choices)
                return .shown(page.page, .conflict)
            }
            return .done(edited.map(ConsoleRoutes.editor) ?? "/draft/changes")
        }
    }

    /// Where what stands at a pointer is edited: `/rules/high/when` is a part of the rule `high`.
    private static func editor(of pointer: String) -> String {
        let tokens = JSONPointer(pointer)?.tokens ?? []
        guard tokens.count > 1, tokens[0] == "rules" else { return "/rules/json" }
        return "\(ConsolePath.rule(tokens[1]))?as=json"
    }

    private func mergePage(_ bench: Workbench, _ draft: Draft) async throws -> Page {
        let merge = try await operations.drafts.mergePreview(draft.id).merge
        return MergePage(bench: bench, draft: draft, merge: merge).page
    }

    // MARK: Others' drafts

    private func addOthers(to router: Router<SurfaceContext>) {
        show("drafts/:id", router) { _, visitor, context in
            var bench = try await bench(visitor)
            let draft = try await operations.drafts.draft(try parameter("id", context))
            bench.draft = draft
            return ChangesPage.page(draft, bench)
        }
        submit("drafts/:id/take-over", router, for: .edit, limit: Form.short) { form, _, author, context in
            let tag = form["tag"]
            _ = try await operations.drafts.takeOver(try parameter("id", context), by: author) { $0 == tag }
            return .done("/draft/changes")
        }
        download("drafts/:id/patch", router) { context in
            let id = try parameter("id", context)
            let patch = try await operations.drafts.patch(id)
            return Download(bytes: Array(patch.utf8), type: "text/x-diff; charset=utf-8", name: "\(id).patch")
        }
        download("drafts/:id/routes.json", router) { context in
            let draft = try await operations.drafts.draft(try parameter("id", context))
            return Download(bytes: draft.text, type: "application/json", name: "routes.json")
        }
    }
}
