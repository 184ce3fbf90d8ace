import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Replay
import Routing
import Store

extension APIRoutes {
    /// A routes.json of 16 MiB, with what it takes to write it as a JSON string.
    private static let replayLimit = BodyLimit(bytes: 34 << 20)

    /// Asks what other rules would have made of what was observed; 200 for a question that was asked lately.
    func addReplay(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let wanted = try await replayRequest(request)
        let (replay, isNew) = try await operations.replays.start(wanted, by: author(context))
        return JSONAnswer(
            replay.json,
            status: isNew ? .accepted : .ok,
            headers: [.location: "/api/v1/replays/\(replay.id)", .eTag: replay.entityTag, .cacheControl: "no-cache"]
        )
    }

    /// Every replay that is kept, whichever node runs it, the newest first, without results: there are some twenty.
    func replays(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await operations.replays.list().map(\.listed), next: nil)
    }

    func replay(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        let replay = try await operations.replays.replay(try parameter("id", context))
        return await EntityTag.answer(replay.entityTag, to: request) { replay.json }
    }

    /// Ends a replay; one that is over stays as it is.
    func cancelReplay(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        try await operations.replays.cancel(try parameter("id", context), by: author(context))
        return Response(status: .noContent)
    }

    /// Samples of a class, each with the reasons of both rule sets.
    func replayFindings(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let classes = ReplayClass.allCases.filter { $0 != .unchanged }
        let kind = query.word("class", of: classes.map(\.rawValue)) { word in classes.first { $0.rawValue == word } }
        let destination = query.text("destination")
        let page = query.page()
        try query.finish()
        let found = try await operations.replays.findings(
            of: try parameter("id", context),
            kind ?? .nobody,
            at: destination,
            page: page
        )
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    private func replayRequest(_ request: Request) async throws(Problem) -> ReplayRequest {
        var body = try await BodyReader(request, limit: APIRoutes.replayLimit)
        let candidate = body.candidate()
        let against = body.version("against")
        let since = body.date("since")
        let until = body.date("until")
        let depths = ReplayQuestion.Depth.allCases.map(\.rawValue)
        let depth = body.word("depth", of: depths) { ReplayQuestion.Depth(rawValue: $0) } ?? .decisions
        try body.finish()
        guard let candidate else { throw Problem(.badRequest, detail: "The body cannot be used.") }
        return ReplayRequest(
            candidate: candidate,
            against: against.map { .version($0) } ?? .active,
            since: since,
            until: until,
            depth: depth
        )
    }
}

extension BodyReader {
    /// The rules that are asked about: a whole routes.json under `text`, the id of a draft, or the number of a version.
    fileprivate mutating func candidate() -> RuleSource? {
        let text = json("text")
        let version = version("version")
        let draft = self.text("draft")
        if draft != nil, text != nil || version != nil { refuse("draft", "goes without \"text\" and \"version\"") }
        guard let text else {
            if version == nil, draft == nil {
                require("version", "\"text\" with a whole routes.json, the id of a draft, or the number of a version")
            }
            return version.map { .version($0) } ?? draft.map { .draft($0) }
        }
        guard let written = text.string else {
            refuse("text", "expected a string with a whole routes.json, found \(text.kindName)")
            return nil
        }
        if version != nil { refuse("version", "goes without \"text\"") }
        return .text(Array(written.utf8))
    }

    /// The number of a version of the rules.
    fileprivate mutating func version(_ name: String) -> Int? {
        guard let value = json(name) else { return nil }
        guard let number = value.integer, number > 0 else {
            refuse(name, "expected the number of a version, 1 or more, found \(value.kindName)")
            return nil
        }
        return number
    }
}
