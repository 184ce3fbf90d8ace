import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Routing
import Store

/// Rules under way.
extension APIRoutes {
    /// A whole routes.json.
    private static let textLimit = BodyLimit(bytes: 16 << 20)
    /// One inside a JSON string.
    private static let quotedLimit = BodyLimit(bytes: 40 << 20)

    func addDrafts(reads: RouterGroup<SurfaceContext>, edits: RouterGroup<SurfaceContext>) {
        reads.get("drafts") { request, _ in try await drafts(request) }
        reads.get("drafts/:id") { request, context in try await draft(request, context) }
        reads.get("drafts/:id/patch") { request, context in try await patch(request, context) }
        // A preview changes nothing, and whoever may read may ask.
        reads.post("drafts/:id/preview") { request, context in try await preview(request, context) }
        edits.post("drafts") { request, context in try await createDraft(request, context) }
        edits.put("drafts/:id") { request, context in try await replaceDraft(request, context) }
        edits.patch("drafts/:id") { request, context in try await editDraft(request, context) }
        edits.delete("drafts/:id") { request, context in try await discardDraft(request, context) }
        edits.post("drafts/:id/undo") { request, context in
            try await changeDraft(request, context) { try await operations.drafts.undo($0, by: $1, if: $2) }
        }
        edits.post("drafts/:id/take-over") { request, context in
            try await changeDraft(request, context) { try await operations.drafts.takeOver($0, by: $1, if: $2) }
        }
        edits.post("drafts/:id/propose") { request, context in try await proposeDraft(request, context) }
        edits.post("drafts/:id/merge") { request, context in try await mergeDraft(request, context) }
    }

    private func drafts(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await operations.drafts.list().map { $0.json(withText: false) }, next: nil)
    }

    private func draft(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        let draft = try await operations.drafts.draft(try parameter("id", context))
        return await EntityTag.answer(draft.entityTag, to: request) { await answer(draft).value }
    }

    private func patch(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        let patch = try await operations.drafts.patch(try parameter("id", context))
        return Response(
            status: .ok,
            headers: [.contentType: "text/x-diff; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: patch))
        )
    }

    private func preview(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        var body = try await BodyReader(request, limit: APIRoutes.quotedLimit, isOptional: true)
        let rule = body.text("rule")
        let text = body.longText("text")
        try body.finish()
        let id = try parameter("id", context)
        return JSONAnswer(try await operations.preview(ofDraft: id, text: text, rule: rule).json)
    }

    private func createDraft(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        var body = try await BodyReader(request, limit: APIRoutes.quotedLimit, isOptional: true)
        let base = body.number("base")
        let version = body.number("fromVersion")
        let text = body.longText("text")
        if text != nil, version != nil { body.refuse("fromVersion", "expected either this or \"text\"") }
        if text == nil, base != nil { body.refuse("base", "means something with \"text\" alone") }
        try body.finish()
        let source: DraftSource =
            if let text { .text(text, base: base) } else if let version { .version(version) } else { .active }
        let draft = try await operations.drafts.create(from: source, by: author(context))
        var reply = await answer(draft, status: .created)
        reply.headers[.location] = "/api/v1/drafts/\(draft.id)"
        return reply
    }

    private func replaceDraft(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let tag = try EntityTag.expected(request)
        let text = try await APIRoutes.text(request)
        return await answer(
            try await operations.drafts.replace(try parameter("id", context), with: text, by: author(context)) {
                tag("\"\($0)\"")
            }
        )
    }

    private func editDraft(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let tag = try EntityTag.expected(request)
        var body = try await BodyReader(request, limit: APIRoutes.quotedLimit, maximumDepth: 128)
        let edits = body.edits("ops")
        try body.finish()
        return await answer(
            try await operations.drafts.edit(try parameter("id", context), edits, by: author(context)) {
                tag("\"\($0)\"")
            }
        )
    }

    private func discardDraft(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        let tag = try EntityTag.expected(request)
        try await operations.drafts.discard(try parameter("id", context), by: author(context)) { tag("\"\($0)\"") }
        return Response(status: .noContent)
    }

    private func changeDraft(
        _ request: Request,
        _ context: SurfaceContext,
        _ body: (String, Author, @Sendable (String) -> Bool) async throws -> Draft
    ) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let tag = try EntityTag.expected(request)
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        return await answer(try await body(try parameter("id", context), author(context)) { tag("\"\($0)\"") })
    }

    private func proposeDraft(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let tag = try EntityTag.expected(request)
        var body = try await BodyReader(request, limit: limit)
        let note = body.text("note") ?? ""
        try body.finish()
        let id = try parameter("id", context)
        return await answer(
            try await operations.drafts.propose(id, note: note, by: author(context)) { tag("\"\($0)\"") }
        )
    }

    private func mergeDraft(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let tag = try EntityTag.expected(request)
        var body = try await BodyReader(request, limit: limit, isOptional: true)
        let onto = body.number("onto")
        let choices = body.choices("choices")
        try body.finish()
        let id = try parameter("id", context)
        if let onto {
            let active = try await operations.drafts.draft(id).active
            guard onto == active else { throw Problem(DraftRefusal.otherActive(active).answer) }
        }
        let (draft, merge) = try await operations.drafts.merge(id, choices: choices, by: author(context)) {
            tag("\"\($0)\"")
        }
        let value: JSONValue = [
            "draft": draft.json(withText: true, await expectations(of: draft)),
            "fitting": .array(merge.fitting.map { .string($0) }),
            "conflicts": .array(merge.conflicts.map(\.json)),
        ]
        return JSONAnswer(
            value,
            status: merge.conflicts.isEmpty ? .ok : .conflict,
            headers: [.eTag: draft.entityTag]
        )
    }

    func answer(_ draft: Draft, status: HTTPResponse.Status = .ok) async -> JSONAnswer {
        JSONAnswer(
            draft.json(withText: true, await expectations(of: draft)),
            status: status,
            headers: [.eTag: draft.entityTag, .cacheControl: "no-cache"]
        )
    }

    private func expectations(of draft: Draft) async -> ExpectationReport? {
        do {
            return try await operations.expectations.report(of: draft.text)
        } catch {
            // Begun under an earlier version of the program, and not read by this one.
            return nil
        }
    }

    /// The body as the text of rules; whether it loads is for the operation to say.
    static func text(_ request: Request) async throws(Problem) -> [UInt8] {
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        guard type == nil || type == "application/json" else {
            throw Problem(.unsupportedMediaType, detail: "The body must be application/json: a whole routes.json.")
        }
        let bytes = try await textLimit.collect(request)
        guard bytes.isEmpty == false else {
            throw Problem(.badRequest, detail: "The body is empty; send a whole routes.json.")
        }
        return bytes
    }
}

extension BodyReader {
    /// A whole number of 1 or more.
    mutating func number(_ name: String) -> Int? {
        guard let value = json(name) else { return nil }
        guard let number = value.integer, number > 0 else {
            refuse(name, "expected a whole number of 1 or more, found \(value.kindName)")
            return nil
        }
        return number
    }

    /// A text of any length.
    mutating func longText(_ name: String) -> [UInt8]? {
        guard let value = json(name) else { return nil }
        guard let text = value.string else {
            refuse(name, "expected a string, found \(value.kindName)")
            return nil
        }
        return Array(text.utf8)
    }

    /// For each pointer which side it is decided for.
    fileprivate mutating func choices(_ name: String) -> [String: RouteMerge.Choice] {
        guard let value = json(name) else { return [:] }
        guard value.kind == .object else {
            refuse(name, "expected an object of pointers, found \(value.kindName)")
            return [:]
        }
        var choices: [String: RouteMerge.Choice] = [:]
        for member in value.members {
            guard let choice = member.value.string.flatMap(RouteMerge.Choice.init) else {
                refuse(name, "expected mine, theirs or both under \(quoted(member.key))")
                continue
            }
            choices[member.key] = choice
        }
        return choices
    }

    /// Edits as `{"op": "set", "pointer": "/rules/0/stop", "value": true}`.
    fileprivate mutating func edits(_ name: String) -> [RouteEdit] {
        require(name, "a list of edits")
        guard let value = json(name) else { return [] }
        guard value.kind == .array else {
            refuse(name, "expected a list of edits, found \(value.kindName)")
            return []
        }
        return value.elements.enumerated().compactMap { index, element in
            edit(element) { refuse(Problem.Item(detail: $0, pointer: "/\(name)/\(index)")) }
        }
    }

    private func edit(_ json: JSON, _ refuse: (String) -> Void) -> RouteEdit? {
        let words = ["set", "remove", "insert", "move", "rename"]
        guard let op = json["op"]?.string, words.contains(op) else {
            refuse("expected an object with \"op\": one of \(words.joined(separator: ", "))")
            return nil
        }
        guard let pointer = json["pointer"]?.string else {
            refuse("expected \"pointer\": where, as in /rules/0/when (RFC 6901)")
            return nil
        }
        var place: Int?
        if let before = json["before"], before.isNull == false {
            // The index, or a pointer to the element.
            let token = before.string.map { String($0.split(separator: "/").last ?? "") }
            guard let index = before.integer ?? token.flatMap(JSONPointer.index), index >= 0 else {
                refuse("expected \"before\": the index of an element, or a pointer to it")
                return nil
            }
            place = index
        }
        if let name = json["to"], name.string == nil {
            refuse("expected \"to\" to be a string, found \(name.kindName)")
            return nil
        }
        switch op {
        case "remove": return .remove(pointer)
        case "move": return .move(pointer, before: place)
        case "rename":
            guard let name = json["to"]?.string else {
                refuse("expected \"to\": the new name")
                return nil
            }
            return .rename(pointer, to: name)
        default:
            guard let value = json["value"]?.value else {
                refuse("expected \"value\"")
                return nil
            }
            return op == "set" ? .set(pointer, value) : .insert(pointer, value, before: place)
        }
    }
}
