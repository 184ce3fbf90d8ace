import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
import Routing
import Store

extension APIRoutes {
    /// How long a preview may work before it is cut short.
    private static let previewTime = Duration.seconds(3)

    func silences(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let states = query.words("state", of: Silence.State.allCases.map(\.rawValue)) { Silence.State(rawValue: $0) }
        let page = query.page()
        try query.finish()
        let now = now()
        let found = try await reading { try await roles.silences.silences(states, now: now, page: page) }
        return JSONAnswer(found.items.map { json($0, at: now) }, next: found.next)
    }

    func silence(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        var query = QueryReader(request)
        let wantsEffect = query.flag("effect")
        try query.finish()
        let silence = try await stored(try parameter("id", context))
        if wantsEffect { return answer(silence, try await withEffect(silence)).response }
        if EntityTag.matches(request.headers[values: .ifNoneMatch], silence.entityTag) {
            return Response(status: .notModified, headers: [.eTag: silence.entityTag, .cacheControl: "no-cache"])
        }
        return answer(silence, json(silence, at: now())).response
    }

    /// The silence beside what it hid and hides.
    private func withEffect(_ silence: Silence) async throws -> JSONValue {
        let now = now()
        let deadline = ContinuousClock.now + APIRoutes.previewTime
        let effect = try await SilenceEffect.read(
            silence,
            history: roles.history,
            now: now,
            isOverdue: { ContinuousClock.now > deadline }
        )
        guard case .object(let members) = json(silence, at: now) else { return json(silence, at: now) }
        return .object(members + [.init("effect", ["hid": effect.hid.json, "hides": effect.hides.json])])
    }

    /// Creates a silence; with `dryRun` only says what it would have hidden.
    func addSilence(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let isDryRun = query.flag("dryRun")
        try query.finish()
        let now = now()
        let draft = try await draft(request, at: now)
        guard isDryRun == false else {
            let silence = Silence(draft, id: "", author: author(context), at: now)
            let doubts = RouteLint.doubts(of: .raw(silence.when.text), accounts: roles.routes.table.document.accounts)
            return JSONAnswer([
                "silence": json(silence, at: now), "preview": try await preview(silence, at: now).json,
                "warnings": .array(doubts.map { .string($0) }),
            ])
        }
        let silence = try await refusing { try await roles.silences.create(draft, author: author(context), now: now) }
        try await roles.activeSilences.refresh(from: roles.silences, now: now)
        log("a silence was created", silence, context)
        var created = answer(silence, json(silence, at: now), status: .created)
        created.headers[.location] = "/api/v1/silences/\(silence.id)"
        return created
    }

    func editSilence(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let id = try parameter("id", context)
        let isExpected = try EntityTag.expected(request)
        let silence = try await stored(id)
        let now = now()
        let draft = try await draft(request, at: now, startingAt: silence.startsAt)
        let edit = try await refusing {
            try await roles.silences.edit(id, to: draft, author: author(context), now: now) {
                isExpected($0.entityTag)
            }
        }
        try await roles.activeSilences.refresh(from: roles.silences, now: now)
        let replaced: String? = if case .replaced(let old, _) = edit { old.id } else { nil }
        log(replaced == nil ? "a silence was edited" : "a silence was replaced", edit.silence, context)
        return answer(edit.silence, ["replaced": JSONValue(replaced), "silence": json(edit.silence, at: now)])
    }

    /// Ends a silence; it stays to be read.
    func expireSilence(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let id = try parameter("id", context)
        let isExpected = try EntityTag.expected(request)
        let now = now()
        let silence = try await refusing {
            try await roles.silences.expire(id, now: now) { isExpected($0.entityTag) }
        }
        try await roles.activeSilences.refresh(from: roles.silences, now: now)
        log("a silence was ended", silence, context)
        return answer(silence, json(silence, at: now))
    }

    private func preview(_ silence: Silence, at now: Date) async throws -> SilencePreview {
        let deadline = ContinuousClock.now + APIRoutes.previewTime
        return try await SilencePreview.replay(
            silence,
            routes: roles.routes.table,
            history: roles.history,
            now: now,
            isOverdue: { ContinuousClock.now > deadline }
        )
    }

    /// Reads the body of a silence.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - now: The time.
    ///   - start: When it begins if the body does not say; `nil` for now.
    /// - Returns: A draft without faults.
    /// - Throws: The 400 answer with everything that is wrong in it, by pointer.
    private func draft(
        _ request: Request,
        at now: Date,
        startingAt start: Date? = nil
    ) async throws(Problem) -> SilenceDraft {
        var body = try await BodyReader(request, limit: limit, maximumDepth: 128)
        let document = roles.routes.table.document
        let when = body.condition("when", groups: document.accounts.keys.sorted())
        let owner = body.text("owner")
        let reason = body.text("reason")
        let destinations = body.texts("destinations")
        let startsAt = body.date("startsAt") ?? start
        let endsAt = body.date("endsAt")
        let breaksOnRaise = body.bool("breaksOnRaise") ?? true
        body.require("when", "a condition as of a rule's \"when\"")
        body.require("owner", "who answers for the silence, in words")
        body.require("reason", "why, in words")
        body.require("endsAt", "when the silence ends (RFC 3339)")
        let faults = SilenceDraft.faults(
            when: when,
            owner: owner,
            reason: reason,
            destinations: destinations,
            startsAt: startsAt,
            endsAt: endsAt,
            at: now,
            known: document.destinations.map(\.name)
        )
        for fault in faults {
            let advice = fault.suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
            body.refuse(Problem.Item(detail: fault.reason + advice, pointer: fault.pointer))
        }
        try body.finish()
        guard let when, let owner, let reason, let endsAt else {
            throw Problem(.badRequest, detail: "The body cannot be used.")
        }
        return SilenceDraft(
            when: when,
            owner: owner,
            reason: reason,
            destinations: destinations,
            startsAt: startsAt,
            endsAt: endsAt,
            breaksOnRaise: breaksOnRaise
        )
    }

    private func stored(_ id: String) async throws -> Silence {
        guard let silence = try await roles.silences.silence(id) else { throw APIRoutes.unknownSilence }
        return silence
    }

    private static var unknownSilence: Problem { Problem(.notFound, detail: "There is no silence with this id.") }

    private func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as SilenceRefusal {
            switch refusal {
            case .unknown: throw APIRoutes.unknownSilence
            case .changed:
                throw Problem(
                    .preconditionFailed,
                    detail: "The silence has changed since it was read; read it again and decide anew."
                )
            case .tooMany:
                throw Problem(
                    .conflict,
                    detail: "\(Silence.mostOpen) silences are pending or active; end one that is no longer needed."
                )
            }
        }
    }

    private func json(_ silence: Silence, at now: Date) -> JSONValue {
        silence.json(at: now, missingGroups: silence.when.missingGroups(roles.routes.table.document.accounts))
    }

    private func answer(_ silence: Silence, _ value: JSONValue, status: HTTPResponse.Status = .ok) -> JSONAnswer {
        JSONAnswer(value, status: status, headers: [.eTag: silence.entityTag, .cacheControl: "no-cache"])
    }

    private func log(_ message: Logger.Message, _ silence: Silence, _ context: SurfaceContext) {
        context.logger.notice(
            message,
            metadata: by(
                context,
                [
                    "silence": .string(silence.id), "owner": .string(silence.owner), "reason": .string(silence.reason),
                    "ends_at": .string(silence.endsAt.iso8601),
                ]
            )
        )
    }
}

extension BodyReader {
    /// A condition in the language of a rule's `when`, with everything that is wrong in it by pointer.
    fileprivate mutating func condition(_ name: String, groups: [String]) -> WrittenCondition? {
        guard let json = json(name) else { return nil }
        do throws(RouteDocumentError) {
            return try WrittenCondition.read(json, pointer: "/\(name)", groups: groups).condition
        } catch {
            for one in error.diagnostics where one.severity == .error {
                refuse(
                    Problem.Item(
                        detail: one.text,
                        pointer: one.pointer,
                        line: one.position.line,
                        column: one.position.column
                    )
                )
            }
            return nil
        }
    }
}
