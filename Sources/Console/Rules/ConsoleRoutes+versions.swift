import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Replay
import Routing
import Store

/// The versions of the rules: their texts, what they changed, and the way back.
extension ConsoleRoutes {
    private static let versionsShown = 50

    func addVersions(to router: Router<SurfaceContext>) {
        show("versions", router) { request, visitor, _ in
            let query = ConsoleRoutes.query(request)
            let page = Store.Page(limit: ConsoleRoutes.versionsShown, cursor: query["cursor"])
            let versions = try await operations.rules.versions(page: page)
            return VersionsPage(
                versions: versions,
                active: try await operations.rules.active()?.revision.version ?? 0,
                draft: try await operations.drafts.draft(of: visitor.caller.name),
                fileProblems: await fileProblems()
            ).page
        }
        redirect("versions/compare", router) { request, _ in
            let query = ConsoleRoutes.query(request)
            guard let from = query["from"].flatMap(ConsoleRoutes.version),
                let to = query["to"].flatMap(ConsoleRoutes.version)
            else { throw Problem(.badRequest, detail: "Give two versions, such as v40 and v41.") }
            return "/versions/\(min(from, to))..\(max(from, to))"
        }
        show("versions/file", router) { _, visitor, _ in
            guard let text = await operations.rules.fileText() else { throw ConsoleRoutes.noFile }
            let bench = try await bench(visitor)
            do throws(RouteDocumentError) {
                _ = try await operations.rules.read(text)
            } catch {
                return FilePage(bench: bench, comparison: nil, problems: error.diagnostics).page
            }
            let active = try await operations.rules.active()
            let comparison = try await RuleOperations.compare(active?.text ?? [], with: text)
            return FilePage(bench: bench, comparison: comparison, problems: []).page
        }
        submit("versions/file", router, for: .edit, limit: Form.short) { _, _, author, _ in
            guard let text = await operations.rules.fileText() else { throw ConsoleRoutes.noFile }
            _ = try await operations.drafts.create(from: .text(text, base: nil), by: author)
            return .done("/draft/changes")
        }
        show("versions/:version", router) { _, visitor, context in
            let text = try parameter("version", context)
            let parts = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
            let active = try await operations.rules.active()?.revision.version ?? 0
            guard parts.count == 2 else {
                let (revision, bytes) = try await kept(text)
                return VersionPage(revision: revision, active: active, visitor: visitor).page(bytes)
            }
            let (before, old) = try await kept(parts[0])
            let (after, new) = try await kept(parts[1])
            let comparison = try await RuleOperations.compare(old, with: new)
            return VersionPage(revision: after, active: active, visitor: visitor).page(
                from: before,
                comparison
            )
        }
        download("versions/:version/routes.json", router) { context in
            let (revision, bytes) = try await kept(try parameter("version", context))
            return Download(bytes: bytes, type: "application/json", name: "routes-v\(revision.version).json")
        }
        download("versions/:version/patch", router) { context in
            let text = try parameter("version", context)
            let parts = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw ConsoleRoutes.noVersion }
            let patch = TextDifference(from: try await kept(parts[0]).text, to: try await kept(parts[1]).text)
                .unified(before: "a/routes.json", after: "b/routes.json")
            return Download(bytes: Array(patch.utf8), type: "text/x-diff; charset=utf-8", name: "v\(text).patch")
        }
        show("versions/:version/rollback", router) { _, visitor, context in
            let (revision, text) = try await kept(try parameter("version", context))
            return try await rollBackPage(revision, text, try await bench(visitor))
        }
        submit("versions/:version/effect", router, for: .edit, limit: Form.short) { _, _, author, context in
            let (revision, text) = try await kept(try parameter("version", context))
            let active = try await operations.rules.active()?.revision.version ?? 0
            for depth in [ReplayQuestion.Depth.decisions, .messages] {
                let request = ReplayRequest(candidate: .text(text), against: .version(active), depth: depth)
                _ = try await operations.replays.start(request, by: author)
            }
            return .done("/versions/\(revision.version)/rollback")
        }
        submit("versions/:version/rollback", router, for: .edit, limit: Form.short) { form, visitor, author, context in
            let (revision, text) = try await kept(try parameter("version", context))
            let bench = try await bench(visitor)
            let comparison = try await operations.rules.compare(bench.active?.version ?? 0, with: revision.version)
            return try await publish(form, .version(revision.version, comparison), text, bench) { publication in
                try await operations.drafts.rollBack(to: revision.version, publication, by: author)
            }
        }
    }

    private func rollBackPage(
        _ revision: RouteRevision,
        _ text: [UInt8],
        _ bench: Workbench
    ) async throws -> Page {
        guard bench.keeping != .file else {
            throw Problem(
                .forbidden,
                detail:
                    "The rules are kept in a file that this service does not write. Download v\(revision.version), put it in the place of the file, and reload."
            )
        }
        let comparison = try await operations.rules.compare(bench.active?.version ?? 0, with: revision.version)
        let effect = try await effect(of: text, version: revision.version, bench)
        var page = PublishPage(
            bench: bench,
            subject: .version(revision.version, comparison),
            effect: effect,
            asked: try await asked(of: text, bench),
            expectations: await expectations(of: text)
        ).page
        if case .running = effect?.state { page.refreshSeconds = 2 }
        return page
    }

    /// What was measured of an earlier version beside what is in force; `nil` while nothing was.
    func effect(of text: [UInt8], version: Int, _ bench: Workbench) async throws -> EffectView? {
        let active = bench.active?.version ?? 0
        guard let replay = try await operations.replays.latest(of: text, against: active) else { return nil }
        var effect = EffectView(replay, against: active, await operations.accounts.book())
        effect.candidate = "v\(version)"
        return effect
    }

    private static let noVersion = Problem(
        .notFound,
        detail: "There is no such version of the rules, or its text is not kept any more."
    )

    private static let noFile = Problem(.notFound, detail: "There is no rules file here, or it cannot be read.")

    /// `v41` or `41`.
    private static func version(_ text: String) -> Int? {
        Int(text.hasPrefix("v") ? String(text.dropFirst()) : text).flatMap { $0 > 0 ? $0 : nil }
    }

    func kept(_ text: String) async throws -> (revision: RouteRevision, text: [UInt8]) {
        guard let number = ConsoleRoutes.version(text), let kept = try await operations.rules.version(number) else {
            throw ConsoleRoutes.noVersion
        }
        return kept
    }
}
