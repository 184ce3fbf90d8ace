import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Store

extension APIRoutes {
    /// The rules in force with their text; the entity tag is their hash (RFC 9110 §8.8.3).
    func activeRoutes(_ request: Request) async throws -> Response {
        try QueryReader(request).finish()
        guard let (revision, text) = try await operations.rules.active() else {
            throw Problem(.notFound, detail: "No rules have been activated yet.")
        }
        return try await EntityTag.answer(revision.entityTag, to: request) {
            ["revision": revision.json, "document": try document(text)]
        }
    }

    func versions(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let page = query.page()
        try query.finish()
        let found = try await operations.rules.versions(page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func version(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        let (revision, text) = try await kept(request, context)
        return try await EntityTag.answer(revision.entityTag, to: request) {
            ["revision": revision.json, "document": try document(text)]
        }
    }

    /// The text of a version, byte for byte, as somebody would keep it in a file.
    func text(ofVersion request: Request, _ context: SurfaceContext) async throws -> Response {
        let (revision, text) = try await kept(request, context)
        return await EntityTag.answer(revision.entityTag, to: request) { .raw(String(decoding: text, as: UTF8.self)) }
    }

    private func kept(
        _ request: Request,
        _ context: SurfaceContext
    ) async throws -> (revision: RouteRevision, text: [UInt8]) {
        try QueryReader(request).finish()
        guard let version = Int(try parameter("version", context)), version > 0,
            let kept = try await operations.rules.version(version)
        else {
            throw Problem(
                .notFound,
                detail: "There is no version of the rules with this number, or its text is not kept any more."
            )
        }
        return kept
    }

    /// Reads routes.json again. A bad file changes nothing and is answered with everything that is wrong in it.
    func reload(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        switch await operations.rules.reload(by: author(context)) {
        case .activated(let revision): return JSONAnswer(["changed": true, "revision": revision.json])
        case .unchanged(let revision): return JSONAnswer(["changed": false, "revision": revision.json])
        case .refused(let problems):
            throw Problem(
                .unprocessableContent,
                title: "The rules were refused",
                detail: "routes.json cannot be used as it is; the earlier rules stay in force.",
                errors: problems.map { Problem.Item(detail: $0) }
            )
        }
    }

    /// The text as JSON; a text that was activated is valid JSON, so that only a damaged store answers otherwise.
    private func document(_ text: [UInt8]) throws -> JSONValue { .raw(try JSONDocument.parse(text).text) }
}

extension RouteRevision {
    /// Versions of one text differ in number and date, so that the hash alone would not tell their answers apart.
    var entityTag: String { "\"\(version)-\(hash)\"" }
}
