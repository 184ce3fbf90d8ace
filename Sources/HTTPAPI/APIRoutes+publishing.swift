import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// Putting rules in force, and what changed when.
extension APIRoutes {
    func addPublishing(reads: RouterGroup<SurfaceContext>, edits: RouterGroup<SurfaceContext>) {
        reads.get("routes/diff") { request, _ in try await compare(request) }
        reads.get("routes/expectations") { request, _ in try await expectations(request) }
        reads.get("audit") { request, _ in try await audit(request) }
        edits.put("routes") { request, context in try await replaceRoutes(request, context) }
        edits.post("routes/versions/:version/rollback") { request, context in try await rollBack(request, context) }
        edits.post("drafts/:id/publish") { request, context in try await publish(request, context) }
    }

    private func publish(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let isActive = try EntityTag.expected(request)
        var body = try await BodyReader(request, limit: limit)
        body.require("draftETag", "the ETag of the draft as it was seen")
        let tag = body.text("draftETag")
        let note = body.text("note") ?? ""
        let acknowledged = body.acknowledgement()
        try body.finish()
        let revision = try await operations.drafts.publish(
            try parameter("id", context),
            DraftOperations.Publication(
                note: note,
                acknowledged: acknowledged,
                ifActive: { isActive($0.entityTag) },
                ifDraft: { "\"\($0)\"" == tag || $0 == tag }
            ),
            by: author(context)
        )
        return created(revision)
    }

    private func rollBack(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let isActive = try EntityTag.expected(request)
        var body = try await BodyReader(request, limit: limit, isOptional: true)
        let note = body.text("note") ?? ""
        let acknowledged = body.acknowledgement()
        try body.finish()
        guard let version = Int(try parameter("version", context)), version > 0 else {
            throw Problem(.notFound, detail: "There is no version of the rules with this number.")
        }
        let revision = try await operations.drafts.rollBack(
            to: version,
            DraftOperations.Publication(
                note: note,
                acknowledged: acknowledged,
                ifActive: { isActive($0.entityTag) }
            ),
            by: author(context)
        )
        return created(revision)
    }

    /// Puts a whole text in force, for automation, which has measured and asked elsewhere.
    private func replaceRoutes(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let note = query.text("note")
        let names = query.names("acknowledge")
        try query.finish()
        let isActive = try EntityTag.expected(request)
        let text = try await APIRoutes.text(request)
        let revision = try await operations.drafts.publish(
            text: text,
            DraftOperations.Publication(
                note: note ?? "",
                acknowledged: Acknowledgement(expectations: names),
                ifActive: { isActive($0.entityTag) }
            ),
            by: author(context)
        )
        return JSONAnswer(revision.json, headers: [.eTag: revision.entityTag])
    }

    private func created(_ revision: RouteRevision) -> JSONAnswer {
        JSONAnswer(
            revision.json,
            status: .created,
            headers: [.eTag: revision.entityTag, .location: "/api/v1/routes/versions/\(revision.version)"]
        )
    }

    /// What is different between two of versions, drafts and the rules in force.
    private func compare(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let (from, to) = (query.text("from"), query.text("to"))
        try query.finish()
        guard let from, let to else {
            throw Problem(
                .badRequest,
                detail:
                    "Say with from and to what is compared: the number of a version, the id of a draft, active, or file."
            )
        }
        let (before, after) = (try await text(named: from), try await text(named: to))
        let comparison = try await RuleOperations.compare(before, with: after)
        return JSONAnswer(
            .object([.init("from", .string(from)), .init("to", .string(to))] + comparison.json.members)
        )
    }

    /// What comes of the expectations of a version, a draft or the rules in force.
    private func expectations(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let name = query.text("of") ?? "active"
        try query.finish()
        do {
            let report = try await operations.expectations.report(of: try await text(named: name))
            return JSONAnswer(.object([.init("of", .string(name))] + report.json.members))
        } catch let error as RouteDocumentError {
            throw DraftRefusal.unusable(error.diagnostics)
        }
    }

    private func text(named name: String) async throws -> [UInt8] {
        if name == "active", let (_, text) = try await operations.rules.active() { return text }
        if name == "file" {
            guard let text = await operations.rules.fileText() else {
                throw Problem(.notFound, detail: "There is no rules file here, or it cannot be read.")
            }
            do throws(RouteDocumentError) {
                return try await operations.rules.read(text).bytes
            } catch {
                throw DraftRefusal.unusable(error.diagnostics)
            }
        }
        if name.first == "d" { return try await operations.drafts.draft(name).text }
        let digits = name.first == "v" ? String(name.dropFirst()) : name
        guard let number = Int(digits), let (_, text) = try await operations.rules.version(number) else {
            throw Problem(
                .notFound,
                detail: "There is no version or draft \(name), or its text is not kept any more."
            )
        }
        return text
    }

    private func audit(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let filter = AuditFilter(
            actor: query.text("actor"),
            action: query.text("action"),
            subject: query.text("subject"),
            since: query.date("since"),
            until: query.date("until")
        )
        let page = query.page()
        try query.finish()
        let found = try await operations.audit.list(filter, page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }
}

extension BodyReader {
    /// `{"acknowledge": {"nobody": true, "suppressed": true, "unmeasured": true, "expectations": ["name"],
    /// "badFile": true}}`.
    fileprivate mutating func acknowledgement() -> Acknowledgement {
        guard let value = json("acknowledge") else { return Acknowledgement() }
        let known = ["nobody", "suppressed", "unmeasured", "expectations", "badFile"]
        guard value.kind == .object, value.members.allSatisfy({ known.contains($0.key) }) else {
            refuse("acknowledge", "expected an object with some of \(known.joined(separator: ", "))")
            return Acknowledgement()
        }
        let names = value["expectations"]?.elements.compactMap(\.string) ?? []
        if let list = value["expectations"], list.kind != .array || names.count != list.elements.count {
            refuse("acknowledge", "expected \"expectations\" to be a list of names")
        }
        return Acknowledgement(
            nobody: value["nobody"]?.bool ?? false,
            suppressed: value["suppressed"]?.bool ?? false,
            unmeasured: value["unmeasured"]?.bool ?? false,
            expectations: Set(names),
            badFile: value["badFile"]?.bool ?? false
        )
    }
}
