import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

extension ConsoleRoutes {
    private static let silenceRows = 50

    func addSilences(to router: Router<SurfaceContext>) {
        show("silences", router) { request, visitor, _ in try await silences(request, visitor) }
        show("silences/new", router) { request, visitor, _ in try await newSilence(request, visitor) }
        show("silences/:id", router) { _, visitor, context in try await silence(visitor, context) }
        submit("silences/new", router, for: .respond, limit: Form.short) { form, visitor, author, _ in
            try await takeSilence(form, visitor, author)
        }
        change("silences/:id/end", router) { form, author, context in
            let id = try parameter("id", context)
            let tag = form["tag"] ?? ""
            return ConsolePath.silence(
                try await operations.silences.expire(id, by: author) { $0.tag == tag }.silence.id
            )
        }
        change("silences/:id/extend", router) { form, author, context in
            try await extendSilence(try parameter("id", context), form, author)
        }
    }

    private func silences(_ request: Request, _ visitor: Visitor) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let state = query["state"].flatMap(Silence.State.init)
        let found = try await operations.silences.list(
            state.map { [$0] },
            page: Store.Page(limit: ConsoleRoutes.silenceRows, cursor: query["cursor"])
        )
        let effects = try await operations.silences.effects(of: found.items.map(\.silence))
        return SilencesPage(
            found: found,
            effects: effects,
            state: state,
            visitor: visitor,
            accounts: await operations.accounts.book()
        ).page
    }

    private func silence(_ visitor: Visitor, _ context: SurfaceContext) async throws -> Page {
        let status = try await operations.silences.silence(try parameter("id", context))
        return SilencePage(
            status: status,
            effect: try await operations.silences.effect(of: status.silence),
            accounts: await operations.accounts.book(),
            visitor: visitor,
            now: now()
        ).page
    }

    private func newSilence(_ request: Request, _ visitor: Visitor) async throws -> Page {
        var form = SilenceForm()
        if let id = ConsoleRoutes.query(request)["from"] {
            form = SilenceForm(about: try await operations.findings.finding(id).record.finding)
        }
        return try await page(form, mistakes: [], visitor)
    }

    /// The form with what it would hide, as far as it can be read.
    private func page(_ form: SilenceForm, mistakes: [String], _ visitor: Visitor) async throws -> Page {
        var reach: SilenceReach?
        if case .success(let when) = form.condition(groups: operations.silences.accountGroups), when.text != "{}" {
            reach = try await operations.silences.reach(
                of: when,
                at: form.destinations.isEmpty ? nil : form.destinations
            )
        }
        return SilenceFormPage(
            form: form,
            mistakes: mistakes,
            reach: reach,
            destinations: operations.destinations.names,
            accounts: await operations.accounts.book(),
            visitor: visitor,
            now: now()
        ).page
    }

    private func takeSilence(_ fields: Form, _ visitor: Visitor, _ author: Author) async throws -> Outcome {
        let form = SilenceForm(fields)
        let read = form.condition(groups: operations.silences.accountGroups)
        guard fields["do"] == "create" else {
            var mistakes: [String] = []
            if case .failure(let failure) = read { mistakes = failure.sentences }
            return .shown(try await page(form, mistakes: mistakes, visitor), .ok)
        }
        let now = now()
        let end = form.end(from: now)
        let destinations = form.destinations.isEmpty ? nil : form.destinations
        var mistakes: [String] = []
        var when: WrittenCondition?
        switch read {
        case .success(let condition): when = condition
        case .failure(let failure): mistakes += failure.sentences
        }
        if end == nil { mistakes.append("The end must be a moment such as \(ShownMoment.text(now)).") }
        mistakes += operations.silences.faults(
            when: when,
            owner: form.owner,
            reason: form.reason,
            destinations: destinations,
            startsAt: nil,
            endsAt: end
        ).map { "\($0.pointer.dropFirst()): \($0.item.detail)" }
        guard mistakes.isEmpty, let when, let end else {
            return .shown(try await page(form, mistakes: mistakes, visitor), .badRequest)
        }
        if form.isMeant == false, try await operations.silences.reach(of: when, at: destinations).isWide {
            let words =
                "It would hide more than \(Int(SilenceReach.usualShare * 100)) % of what is open. Tick that it is meant."
            return .shown(try await page(form, mistakes: [words], visitor), .conflict)
        }
        let draft = SilenceDraft(
            when: when,
            owner: form.owner,
            reason: form.reason,
            destinations: destinations,
            endsAt: end,
            breaksOnRaise: form.breaksOnRaise
        )
        return .done(ConsolePath.silence(try await operations.silences.create(draft, by: author).silence.id))
    }

    private func extendSilence(_ id: String, _ form: Form, _ author: Author) async throws -> String {
        let tag = form["tag"] ?? ""
        guard let end = form["for"].flatMap(SilenceForm.Span.init)?.end(from: now()) else {
            throw Problem(.badRequest, detail: "Say until when.")
        }
        let silence = try await operations.silences.silence(id).silence
        let draft = SilenceDraft(
            when: silence.when,
            owner: silence.owner,
            reason: silence.reason,
            destinations: silence.destinations,
            endsAt: end,
            breaksOnRaise: silence.breaksOnRaise
        )
        let edit = try await operations.silences.edit(id, to: draft, by: author) { $0.tag == tag }
        return ConsolePath.silence(edit.silence.silence.id)
    }
}

extension ConsolePath {
    static func silence(_ id: String) -> String { "/silences/\(id.percentEncoded)" }
}
