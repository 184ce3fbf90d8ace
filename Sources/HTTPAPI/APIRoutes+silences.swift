import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

extension APIRoutes {
    func silences(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let states = query.words("state", of: Silence.State.allCases.map(\.rawValue)) { Silence.State(rawValue: $0) }
        let page = query.page()
        try query.finish()
        let found = try await operations.silences.list(states, page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func silence(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        var query = QueryReader(request)
        let wantsEffect = query.flag("effect")
        try query.finish()
        let found = try await operations.silences.silence(try parameter("id", context))
        if wantsEffect {
            let effect = try await operations.silences.effect(of: found.silence)
            let members = found.members + [.init("effect", ["hid": effect.hid.json, "hides": effect.hides.json])]
            return answer(found, .object(members)).response
        }
        return await EntityTag.answer(found.silence.entityTag, to: request) { found.json }
    }

    /// Creates a silence; with `dryRun` only says what it would have hidden.
    func addSilence(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let isDryRun = query.flag("dryRun")
        try query.finish()
        let draft = try await draft(request)
        guard isDryRun == false else {
            let dryRun = try await operations.silences.dryRun(draft, by: author(context))
            return JSONAnswer([
                "silence": dryRun.silence.json, "preview": dryRun.preview.json,
                "warnings": .array(dryRun.warnings.map { .string($0) }),
            ])
        }
        let created = try await operations.silences.create(draft, by: author(context))
        var reply = answer(created, created.json, status: .created)
        reply.headers[.location] = "/api/v1/silences/\(created.silence.id)"
        return reply
    }

    func editSilence(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let id = try parameter("id", context)
        let isExpected = try EntityTag.expected(request)
        let current = try await operations.silences.silence(id)
        let draft = try await draft(request, editing: current.silence)
        let (silence, replaced) = try await operations.silences.edit(id, to: draft, by: author(context)) {
            isExpected($0.entityTag)
        }
        return answer(silence, ["replaced": JSONValue(replaced), "silence": silence.json])
    }

    /// Ends a silence; it stays to be read.
    func expireSilence(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let id = try parameter("id", context)
        let isExpected = try EntityTag.expected(request)
        let silence = try await operations.silences.expire(id, by: author(context)) { isExpected($0.entityTag) }
        return answer(silence, silence.json)
    }

    /// Reads the body of a silence.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - edited: The silence that is edited; `nil` for a new one.
    /// - Returns: A draft without faults.
    /// - Throws: The 400 answer with everything that is wrong in it, by pointer.
    private func draft(_ request: Request, editing edited: Silence? = nil) async throws(Problem) -> SilenceDraft {
        var body = try await BodyReader(request, limit: limit, maximumDepth: 128)
        let when = body.condition("when", groups: operations.silences.accountGroups)
        let owner = body.text("owner")
        let reason = body.text("reason")
        let destinations = body.texts("destinations")
        let startsAt = body.date("startsAt")
        let endsAt = body.date("endsAt")
        let breaksOnRaise = body.bool("breaksOnRaise") ?? true
        body.require("when", "a condition as of a rule's \"when\"")
        body.require("owner", "who answers for the silence, in words")
        body.require("reason", "why, in words")
        body.require("endsAt", "when the silence ends (RFC 3339)")
        let faults = operations.silences.faults(
            when: when,
            owner: owner,
            reason: reason,
            destinations: destinations,
            startsAt: startsAt,
            endsAt: endsAt,
            editing: edited
        )
        for fault in faults { body.refuse(Problem.Item(fault.item)) }
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

    private func answer(
        _ shown: SilenceStatus,
        _ value: JSONValue,
        status: HTTPResponse.Status = .ok
    ) -> JSONAnswer {
        JSONAnswer(value, status: status, headers: [.eTag: shown.silence.entityTag, .cacheControl: "no-cache"])
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
